import PKI
import XRoadModel

/// One signed message with its evidence, wherever it comes from: a container, a log, an archive.
package struct SignedRecord: Sendable {
    package var message: RecordPart
    /// By number. The signature may cover more: logs may keep no attachments.
    package var attachments: [Int: RecordPart]
    package var signature: SignatureData
    /// Beside the one that the signature document may hold itself.
    package var timestamp: RecordTimestamp?
    /// Who must have signed, where the message itself does not tell because it is not at hand.
    package var sender: MemberIdentifier?

    package init(
        message: RecordPart, attachments: [Int: RecordPart] = [:], signature: SignatureData, timestamp: RecordTimestamp? = nil,
        sender: MemberIdentifier? = nil
    ) {
        self.message = message
        self.attachments = attachments
        self.signature = signature
        self.timestamp = timestamp
        self.sender = sender
    }
}

/// A part of a message, as far as there is still something of it.
package enum RecordPart: Sendable, Equatable {
    case content([UInt8])
    /// At hand, but digested while it was read: it is too large for memory.
    case digested([DigestAlgorithm: [UInt8]], byteCount: Int)
    /// Not kept; its digest was.
    case digestOnly([DigestAlgorithm: [UInt8]])
    /// Made unreadable on purpose. The note says why, in words for the report.
    case erased(note: String)
}

extension RecordPart {
    var isAtHand: Bool {
        switch self {
        case .content, .digested: true
        case .digestOnly, .erased: false
        }
    }

    /// In bytes; nil where the part is not at hand.
    var size: Int? {
        switch self {
        case .content(let content): content.count
        case .digested(_, let byteCount): byteCount
        case .digestOnly, .erased: nil
        }
    }
}

/// A time-stamp token (RFC 3161, DER) that came with a signature, in one of X-Road's two forms.
package enum RecordTimestamp: Sendable, Equatable {
    /// Of many signature documents at once, through a hash chain.
    case batch(SignedContainer.Timestamp)
    /// Over the value of this signature.
    case single(token: [UInt8])

    var batch: SignedContainer.Timestamp? { if case .batch(let timestamp) = self { timestamp } else { nil } }
    var hashChain: HashChainDocuments? { batch?.hashChain }

    var token: [UInt8] {
        switch self {
        case .batch(let timestamp): timestamp.token
        case .single(let token): token
        }
    }
}
