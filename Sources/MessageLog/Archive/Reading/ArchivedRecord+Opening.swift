import PKI
import SignedDocuments
import XRoadModel

extension ArchivedRecord {
    /// The record as it lay in the log; nil where the leaf is not that of a message, or does not say everything.
    var stored: StoredMessage? {
        guard let leaf, leaf.kind == .message, let entry = leaf.entry, let key,
            let owner = leaf.codes("owner").flatMap(ClientIdentifier.init(codes:)),
            let byteCount = leaf["bytes"].flatMap({ Int($0) }),
            let bodyLogging = leaf["body-logging"].flatMap(LogPolicy.BodyLogging.init(rawValue:)),
            let signatureOnErasure = leaf["signature-on-erasure"].flatMap(LogPolicy.SignatureOnErasure.init(rawValue:)),
            let configuration = leaf.bytes("configuration"), let commitment = leaf.bytes("commitment"),
            let content = leaf.bytes("content"), let signatureDigest = leaf.bytes("signature"), let decision = leaf["decision"],
            let leafText
        else { return nil }
        var parts = [
            StoredPart(counter: RecordSeal.messageCounter, byteCount: 0, digest: content, file: nil, bytes: self.content)
        ]
        if let digest = leaf.bytes("evidence"), !digest.isEmpty {
            let clear = Evidence.encode(SignatureData(signature: [], hashChain: hashChain), policy: LogPolicy())
            parts.append(
                StoredPart(counter: RecordSeal.evidenceCounter, byteCount: 0, digest: digest, file: nil, bytes: evidence ?? clear)
            )
        }
        for (index, text) in leaf.all("attachment").enumerated() {
            parts.append(part(index, digest: Hexadecimal.decode(text) ?? []))
        }
        return StoredMessage(
            number: leaf.number, entry: entry, owner: owner.member,
            policy: LogPolicy(bodyLogging: bodyLogging, signatureOnErasure: signatureOnErasure), decision: decision,
            byteCount: byteCount, configurationHash: configuration, commitment: commitment, key: key,
            signatureDigest: signatureDigest, sharedSignature: signature, parts: parts, erasedBy: nil,
            leafHash: MerkleTree.leafHash(leafText))
    }

    private func part(_ index: Int, digest: [UInt8]) -> StoredPart {
        let counter = RecordSeal.attachmentCounter(index)
        switch attachments[index + 1] {
        case .inline(let bytes): return StoredPart(counter: counter, byteCount: 0, digest: digest, file: nil, bytes: bytes)
        case .file(_, let key):
            return StoredPart(counter: counter, byteCount: 0, digest: digest, file: "\(index + 1)", bytes: key)
        case nil: return StoredPart(counter: counter, byteCount: 0, digest: digest, file: nil, bytes: nil)
        }
    }

    /// Opened with the keys of the vault that it was read with. Fails where its key is destroyed, and where its content is not what was
    /// logged.
    package func open(with keys: any RecordKeyReading) throws(MessageLogFailure) -> LoggedRecord {
        guard let identifier = identifier?.record, let stored else {
            throw .recordDamaged(name: name, reason: "its leaf is not that of a message")
        }
        guard let key = try keys.key(stored.key) else { throw .keyDestroyed(name: identifier.name) }
        let opened = try stored.open(as: identifier.name, with: key) { file, _, _ throws(MessageLogFailure) in
            guard let number = Int(file), let content = openedFiles[number] else {
                throw .contentDamaged(file: "\(name) attachment \(file)", chunk: 0)
            }
            guard let body = content.body else {
                return .digest(content.digests[.sha512] ?? [], byteCount: content.byteCount)
            }
            return .inline(body)
        }
        return LoggedRecord(
            identifier: identifier, record: opened.record, messagePartDigest: opened.messagePartDigest, timestamp: timestamp)
    }
}

extension LeafFields {
    /// Of a message.
    package var entry: LogEntry? {
        guard let side = self["side"].flatMap(ExchangeSide.init(rawValue:)),
            let direction = self["direction"].flatMap(MessageDirection.init(rawValue:)),
            let kind = self["kind"].flatMap(MessageKind.init(rawValue:)), let request = self["request-id"],
            let message = self["message-id"], let client = codes("client").flatMap(ClientIdentifier.init(codes:)), let service
        else { return nil }
        return LogEntry(
            time: time, side: side, direction: direction, kind: kind, requestIdentifier: request, messageIdentifier: message,
            client: client, service: service)
    }

    /// A provider without a subsystem has an empty code in its place.
    private var service: ServiceIdentifier? {
        guard let codes = codes("service"), (5...6).contains(codes.count),
            let provider = ClientIdentifier(codes: codes[3].isEmpty ? Array(codes[..<3]) : Array(codes[..<4]))
        else { return nil }
        return ServiceIdentifier(provider: provider, serviceCode: codes[4], serviceVersion: codes.count == 6 ? codes[5] : nil)
    }

    func bytes(_ name: String) -> [UInt8]? { self[name].flatMap(Hexadecimal.decode) }
}
