import SignedDocuments
import XRoadModel

/// One entry of the log as an archive takes it over: as it lies in the log, with nothing opened.
package struct ArchivableEntry: Sendable {
    package enum Content: Sendable {
        /// `leaf` is the text that the log's tree hashes.
        case message(ArchivableMessage, leaf: [UInt8])
        case event(leaf: [UInt8])
        /// A message whose erasure destroyed a digest that its leaf names: only the leaf's hash is left.
        case erased(leafHash: TreeHash)
    }

    package let identifier: RecordIdentifier
    package let time: Instant
    package let content: Content

    package init(identifier: RecordIdentifier, time: Instant, content: Content) {
        self.identifier = identifier
        self.time = time
        self.content = content
    }
}

/// What an archive holds of a message. Whatever may be personal is sealed under the record's data key, which stays in the vault.
package struct ArchivableMessage: Sendable {
    /// Of the wrapped data key in the vault.
    package let keyNumber: Int64
    /// The signature document; nil where erasing the record must destroy it: it is then in the evidence, which is sealed.
    package let signature: [UInt8]?
    /// As stored (`Evidence`); nil where there is none.
    package let evidence: [UInt8]?
    package let timestamp: SignedContainer.Timestamp
    /// The sealed message part; nil where erasure removed it.
    package let content: [UInt8]?
    /// By number, from 1. Those that erasure removed are missing.
    package let attachments: [Int: ArchivableAttachment]
    /// Parts that should be there and are not.
    package let missing: [String]

    package init(
        keyNumber: Int64, signature: [UInt8]?, evidence: [UInt8]?, timestamp: SignedContainer.Timestamp, content: [UInt8]?,
        attachments: [Int: ArchivableAttachment], missing: [String] = []
    ) {
        self.keyNumber = keyNumber
        self.signature = signature
        self.evidence = evidence
        self.timestamp = timestamp
        self.content = content
        self.attachments = attachments
        self.missing = missing
    }
}

/// A sealed body or attachment.
package enum ArchivableAttachment: Sendable {
    case inline([UInt8])
    /// A content file and its key, which is sealed under the record's data key.
    case file(any SealedContent, key: [UInt8])
}

/// A sealed file of any size, read in pieces.
package protocol SealedContent: Sendable {
    /// For messages of failure.
    var name: String { get }
    var byteCount: UInt64 { get }
    /// Fewer than `count` bytes only at the end.
    func read(at offset: UInt64, count: Int) async throws(MessageLogFailure) -> [UInt8]
}
