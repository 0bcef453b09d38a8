import PKI
import SignedDocuments
import XRoadModel

/// An entry as it lies in the log: what a check, an archive or a proof goes through, without keys.
package enum StoredEntry: Sendable {
    case message(StoredMessage)
    case event(StoredEvent)

    package var number: Int64 {
        switch self {
        case .message(let message): message.number
        case .event(let event): event.number
        }
    }

    /// As stored when the entry was appended.
    package var leafHash: TreeHash {
        switch self {
        case .message(let message): message.leafHash
        case .event(let event): event.leafHash
        }
    }

    /// What `leafHash` is of, from the entry's columns; nil where erasure has destroyed one of them.
    package var leaf: [UInt8]? {
        switch self {
        case .message(let message): message.leaf?.text(number: message.number)
        case .event(let event):
            LogEvent.leaf(number: event.number, time: event.time.millisecondsSince1970, statement: event.statement)
        }
    }
}

package struct StoredEvent: Hashable, Sendable {
    package let number: Int64
    package let time: Instant
    package let kind: String
    /// `LogEvent.statementText`.
    package let statement: String
    package let leafHash: TreeHash

    package init(number: Int64, time: Instant, kind: String, statement: String, leafHash: TreeHash) {
        self.number = number
        self.time = time
        self.kind = kind
        self.statement = statement
        self.leafHash = leafHash
    }
}

/// A message with its content sealed.
package struct StoredMessage: Sendable {
    package let number: Int64
    package let entry: LogEntry
    package let owner: MemberIdentifier
    package let policy: LogPolicy
    package let decision: String
    package let byteCount: Int
    package let configurationHash: [UInt8]
    package let commitment: [UInt8]
    /// Number of the data key.
    package let key: Int64
    /// SHA-512 of the signature document; nil once erasure has destroyed it.
    package let signatureDigest: [UInt8]?
    /// The signature document, where it is not in the evidence.
    package let sharedSignature: [UInt8]?
    /// In the order of their counters.
    package let parts: [StoredPart]
    /// The event that erased the content.
    package let erasedBy: Int64?
    package let leafHash: TreeHash

    package init(
        number: Int64, entry: LogEntry, owner: MemberIdentifier, policy: LogPolicy, decision: String, byteCount: Int,
        configurationHash: [UInt8], commitment: [UInt8], key: Int64, signatureDigest: [UInt8]?, sharedSignature: [UInt8]?,
        parts: [StoredPart], erasedBy: Int64?, leafHash: TreeHash
    ) {
        self.number = number
        self.entry = entry
        self.owner = owner
        self.policy = policy
        self.decision = decision
        self.byteCount = byteCount
        self.configurationHash = configurationHash
        self.commitment = commitment
        self.key = key
        self.signatureDigest = signatureDigest
        self.sharedSignature = sharedSignature
        self.parts = parts
        self.erasedBy = erasedBy
        self.leafHash = leafHash
    }

    /// Nil where erasure has destroyed the signature's digest: only the hash of the leaf is left then.
    package var leaf: MessageLeaf? {
        guard let signatureDigest, let message = part(RecordSeal.messageCounter) else { return nil }
        return MessageLeaf(
            entry: entry, owner: owner, byteCount: byteCount, bodyLogging: policy.bodyLogging,
            signatureOnErasure: policy.signatureOnErasure, configurationHash: configurationHash, decision: decision,
            content: message.digest, attachments: attachments.map(\.digest), commitment: commitment,
            signature: signatureDigest, evidence: part(RecordSeal.evidenceCounter)?.digest)
    }

    /// Whether the content has left the log for the archives.
    package var isReleased: Bool { erasedBy == nil && part(RecordSeal.messageCounter).map { $0.bytes == nil } ?? false }

    package var attachments: [StoredPart] { parts.filter { $0.counter >= RecordSeal.attachmentCounter(0) } }

    func part(_ counter: Int) -> StoredPart? { parts.first { $0.counter == counter } }
}

package struct StoredPart: Hashable, Sendable {
    package let counter: Int
    /// Of the plain part.
    package let byteCount: Int
    /// SHA-256 of `bytes`, or of the content file.
    package let digest: [UInt8]
    /// Name of the content file whose sealed key `bytes` are.
    package let file: String?
    /// Nil once erased.
    package let bytes: [UInt8]?

    package init(counter: Int, byteCount: Int, digest: [UInt8], file: String?, bytes: [UInt8]?) {
        self.counter = counter
        self.byteCount = byteCount
        self.digest = digest
        self.file = file
        self.bytes = bytes
    }
}
