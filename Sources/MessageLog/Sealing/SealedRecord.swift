import PKI
import XRoadModel

/// A record as it goes into the log: nothing of its content is in the clear. Made on the caller's thread, so that the writer has
/// only to number it.
package struct SealedRecord: Sendable {
    package let leaf: MessageLeaf
    /// `leaf.lines`.
    package let leafLines: [UInt8]
    package let retentionDays: Int?
    /// Number of the data key.
    package let key: Int64
    /// In the order of their counters.
    package let parts: [SealedPart]
    /// The signature document, where it may be shared with other records.
    package let sharedSignature: [UInt8]?

    /// What it puts into memory and database, without the columns of its row.
    package var storedByteCount: Int { parts.reduce(sharedSignature?.count ?? 0) { $0 + $1.bytes.count } }

    /// Content files get a name each (`contentFiles`); they have to be there before the record.
    package init(sealing record: LogRecord, key: RecordKey) throws(MessageLogFailure) {
        let seal = RecordSeal(key: key)
        let policy = record.policy
        let message =
            policy.keepsMessagePart(of: record.entry.kind)
            ? record.messagePart : DigestAlgorithm.sha512.digest(record.messagePart)
        let messagePart = SealedPart(
            counter: RecordSeal.messageCounter, byteCount: record.messagePart.count,
            bytes: try seal.seal(message, counter: RecordSeal.messageCounter))
        let evidence = try Self.evidence(of: record, seal)
        let digests = record.attachments.map(\.digest)
        var attachments: [SealedPart] = []
        for (index, body) in record.attachments.enumerated() {
            attachments.append(try Self.part(body, digest: digests[index], index, policy, key, seal))
        }
        leaf = MessageLeaf(
            entry: record.entry, owner: record.owner,
            byteCount: record.attachments.reduce(record.messagePart.count) { $0 + $1.byteCount },
            bodyLogging: policy.bodyLogging, signatureOnErasure: policy.signatureOnErasure,
            configurationHash: record.configurationHash, decision: record.decision, content: messagePart.digest,
            attachments: attachments.map(\.digest),
            commitment: try seal.commitment(message: message, attachmentDigests: digests),
            signature: DigestAlgorithm.sha512.digest(record.signature.signature), evidence: evidence?.digest)
        leafLines = leaf.lines
        retentionDays = policy.retentionDays
        self.key = key.number
        parts = [messagePart] + (evidence.map { [$0] } ?? []) + attachments
        sharedSignature = policy.signatureOnErasure == .keep ? record.signature.signature : nil
    }

    /// What was sealed from which of the record's files.
    package func contentFiles(of record: LogRecord) -> [(name: String, file: any SealedFile)] {
        parts.compactMap { part in
            guard let name = part.file,
                case .contentFile(let file) = record.attachments[part.counter - RecordSeal.attachmentCounter(0)]
            else { return nil }
            return (name, file)
        }
    }

    private static func evidence(of record: LogRecord, _ seal: RecordSeal) throws(MessageLogFailure) -> SealedPart? {
        guard let plain = Evidence.encode(record.signature, policy: record.policy) else { return nil }
        let counter = RecordSeal.evidenceCounter
        let isSealed = record.policy.signatureOnErasure == .destroy
        return SealedPart(
            counter: counter, byteCount: plain.count, bytes: isSealed ? try seal.seal(plain, counter: counter) : plain)
    }

    private static func part(
        _ body: JournaledBody, digest: [UInt8], _ index: Int, _ policy: LogPolicy, _ key: RecordKey, _ seal: RecordSeal
    ) throws(MessageLogFailure) -> SealedPart {
        let counter = RecordSeal.attachmentCounter(index)
        switch (policy.bodyLogging, body) {
        case (.full, .inline(let bytes)):
            return SealedPart(counter: counter, byteCount: bytes.count, bytes: try seal.seal(bytes, counter: counter))
        case (.full, .contentFile(let file)):
            return SealedPart(
                counter: counter, byteCount: file.byteCount, bytes: try seal.seal(file.key.bytes, counter: counter),
                file: "\(key.number)-\(index + 1)", digest: file.sealedDigest)
        case (.full, .digest): throw .sealingFailed(reason: "of attachment \(index + 1) there is only a digest")
        case (.digestOnly, _):
            return SealedPart(counter: counter, byteCount: body.byteCount, bytes: try seal.seal(digest, counter: counter))
        }
    }
}

/// One part of a record under its counter (`RecordSeal`).
package struct SealedPart: Sendable {
    package let counter: Int
    /// Of the plain part.
    package let byteCount: Int
    /// Sealed, but for evidence that stays after erasure.
    package let bytes: [UInt8]
    /// Name of the content file that a body lies in: `bytes` are then its sealed key.
    package let file: String?
    /// SHA-256 of `bytes`, or of the whole content file.
    package let digest: [UInt8]

    init(counter: Int, byteCount: Int, bytes: [UInt8]) {
        self.init(counter: counter, byteCount: byteCount, bytes: bytes, file: nil, digest: DigestAlgorithm.sha256.digest(bytes))
    }

    init(counter: Int, byteCount: Int, bytes: [UInt8], file: String?, digest: [UInt8]) {
        self.counter = counter
        self.byteCount = byteCount
        self.bytes = bytes
        self.file = file
        self.digest = digest
    }
}
