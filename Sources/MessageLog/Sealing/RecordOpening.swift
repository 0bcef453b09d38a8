import PKI
import SignedDocuments
import XRoadModel

/// Opens a stored message with its key.
extension StoredMessage {
    /// `name` is for failures; `readFile` opens a content file, or digests it where it is too large for memory. Fails where a part does not open or is not what the commitment binds.
    package func open(
        as name: String, with key: RecordKey,
        readFile: (_ file: String, _ byteCount: Int, ContentKey) throws(MessageLogFailure) -> JournaledBody
    ) throws(MessageLogFailure) -> (record: LogRecord, messagePartDigest: [UInt8]?) {
        let seal = RecordSeal(key: key)
        func plain(_ part: StoredPart) throws(MessageLogFailure) -> [UInt8] {
            guard let bytes = part.bytes, let plain = try seal.open(bytes, counter: part.counter) else {
                throw .recordDamaged(name: name, reason: "part \(part.counter) does not open")
            }
            return plain
        }
        guard let stored = part(RecordSeal.messageCounter) else {
            throw .recordDamaged(name: name, reason: "the message part is missing")
        }
        let message = try plain(stored)
        var attachments: [JournaledBody] = []
        for part in self.attachments {
            let bytes = try plain(part)
            if let file = part.file {
                guard let key = ContentKey(bytes: bytes) else {
                    throw .recordDamaged(name: name, reason: "part \(part.counter) is no key of a content file")
                }
                attachments.append(try readFile(file, part.byteCount, key))
            } else {
                attachments.append(
                    policy.bodyLogging == .full ? .inline(bytes) : .digest(bytes, byteCount: part.byteCount))
            }
        }
        guard try seal.commitment(message: message, attachmentDigests: attachments.map(\.digest)) == commitment else {
            throw .recordDamaged(name: name, reason: "the content is not what the commitment binds")
        }
        let isKept = policy.keepsMessagePart(of: entry.kind)
        let record = LogRecord(
            entry: entry, owner: owner, policy: policy, decision: decision, messagePart: isKept ? message : [],
            attachments: attachments, signature: try signature(as: name, seal), configurationHash: configurationHash)
        return (record, isKept ? nil : message)
    }

    private func signature(as name: String, _ seal: RecordSeal) throws(MessageLogFailure) -> SignatureData {
        var document = sharedSignature
        var hashChain: HashChainDocuments?
        if let part = part(RecordSeal.evidenceCounter) {
            var bytes = part.bytes
            if let sealed = bytes, policy.signatureOnErasure == .destroy {
                bytes = try seal.open(sealed, counter: part.counter)
            }
            guard let bytes, let evidence = Evidence.decode(bytes) else {
                throw .recordDamaged(name: name, reason: "the evidence does not open")
            }
            document = evidence.signature ?? document
            hashChain = evidence.hashChain
        }
        guard let document else { throw .recordDamaged(name: name, reason: "the signature document is missing") }
        return SignatureData(signature: document, hashChain: hashChain)
    }
}
