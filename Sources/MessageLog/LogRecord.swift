import PKI
import SignedDocuments
import XRoadModel

/// Who exchanged what, when: what a record is found by. Holds nothing about persons.
package struct LogEntry: Hashable, Sendable {
    package let time: Instant
    /// Of this security server.
    package let side: ExchangeSide
    package let direction: MessageDirection
    package let kind: MessageKind
    /// `x-road-request-id`: one UUID for the request and the response of one exchange, on both sides (PR-REST 4.3).
    package let requestIdentifier: String
    /// The client's own id: `X-Road-Id` or the SOAP header's `id`. Not unique.
    package let messageIdentifier: String
    package let client: ClientIdentifier
    package let service: ServiceIdentifier

    package init(
        time: Instant, side: ExchangeSide, direction: MessageDirection, kind: MessageKind, requestIdentifier: String,
        messageIdentifier: String, client: ClientIdentifier, service: ServiceIdentifier
    ) {
        self.time = time
        self.side = side
        self.direction = direction
        self.kind = kind
        self.requestIdentifier = requestIdentifier
        self.messageIdentifier = messageIdentifier
        self.client = client
        self.service = service
    }
}

/// The evidence of one message: the bytes that were signed and everything needed to verify them later.
package struct LogRecord: Sendable {
    package let entry: LogEntry
    /// The member of this server whose message it is, or who answers for it: its key wraps the record's.
    package let owner: MemberIdentifier
    package let policy: LogPolicy
    /// Which rule allowed the exchange, nothing personal: `access-right XK/GOV/GAM/mmis`. Empty on the consumer's side: an own client.
    package let decision: String
    /// The SOAP envelope, or request line or status line with headers of a REST message: `message.xml` of the container.
    package let messagePart: [UInt8]
    /// The body of a REST message is the only one; attachments of a SOAP message in their order.
    package let attachments: [JournaledBody]
    /// The XAdES document, OCSP responses in its RevocationValues, and the hash chain where it covers one.
    package let signature: SignatureData
    /// Digest of the global configuration the message was verified or signed under.
    package let configurationHash: [UInt8]

    package init(
        entry: LogEntry, owner: MemberIdentifier, policy: LogPolicy = LogPolicy(), decision: String = "", messagePart: [UInt8],
        attachments: [JournaledBody] = [], signature: SignatureData, configurationHash: [UInt8]
    ) {
        self.entry = entry
        self.owner = owner
        self.policy = policy
        self.decision = decision
        self.messagePart = messagePart
        self.attachments = attachments
        self.signature = signature
        self.configurationHash = configurationHash
    }

    /// What the record is, without its attachments.
    package var evidenceByteCount: Int {
        messagePart.count + signature.signature.count + (signature.hashChain.map { $0.result.count + $0.chain.count } ?? 0)
    }
}

/// One body or attachment of a logged message.
package enum JournaledBody: Sendable {
    /// Up to `inlineLimit` bytes when given to the journal; of any size when read from it.
    case inline([UInt8])
    case contentFile(any SealedFile)
    /// Only when read: the SHA-512 of a body that the policy did not keep.
    case digest([UInt8], byteCount: Int)

    /// Larger bodies never enter the database.
    package static let inlineLimit = 1 << 20

    /// Of the body itself.
    package var byteCount: Int {
        switch self {
        case .inline(let bytes): bytes.count
        case .contentFile(let file): file.byteCount
        case .digest(_, let byteCount): byteCount
        }
    }

    /// SHA-512 of the body.
    var digest: [UInt8] {
        switch self {
        case .inline(let bytes): DigestAlgorithm.sha512.digest(bytes)
        case .contentFile(let file): file.digest
        case .digest(let digest, _): digest
        }
    }
}
