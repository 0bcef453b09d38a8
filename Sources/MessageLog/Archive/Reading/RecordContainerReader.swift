import PKI
import SignedDocuments
import XRoadModel

/// Bounds on what a record of an archive may cost its reader.
package struct RecordReadLimits: Sendable {
    /// Of one document of the evidence.
    package var documentBytes = 8 << 20
    /// Of sealed parts that are held in memory, together. What is more is digested while it passes.
    package var sealedBytes = 64 << 20
    package var entries = 4200

    package init() {}
}

/// What records of an archive are opened with.
package struct ArchiveVault: Sendable {
    let keys: any RecordKeyReading
    let keepsBodies: Bool

    /// - Parameter keepsBodies: whether bodies in content files are to be in memory once they were read; otherwise only their digests are.
    package init(keys: any RecordKeyReading, keepsBodies: Bool) {
        self.keys = keys
        self.keepsBodies = keepsBodies
    }
}

/// Reads one record's container as it passes.
struct RecordContainerReader<Source: ByteStream> {
    private var reader: ZIPStreamReader<Source>
    private let limits: RecordReadLimits
    private let vault: ArchiveVault?
    private var record: ArchivedRecord
    private var documents: [String: [UInt8]] = [:]
    private var attachmentKeys: [Int: [UInt8]] = [:]
    private var sealedBytes = 0

    init(_ source: Source, _ record: ArchivedRecord, limits: RecordReadLimits, vault: ArchiveVault?) {
        reader = ZIPStreamReader(source)
        self.record = record
        self.limits = limits
        self.vault = vault
    }

    private static var pieceBytes: Int { 64 << 10 }

    private static var documentNames: Set<String> {
        [
            ContainerEntryName.mimetype, ContainerEntryName.signature, ContainerEntryName.signatureHashChainResult,
            ContainerEntryName.signatureHashChain, ContainerEntryName.timestampHashChainResult,
            ContainerEntryName.timestampHashChain, ContainerEntryName.timestampManifest, ContainerEntryName.timestamp,
            RecordContainerName.leaf, RecordContainerName.leafHash, RecordContainerName.key,
        ]
    }

    /// The record with everything that could be read of it.
    mutating func read() -> ArchivedRecord {
        do {
            var names: Set<String> = []
            while let entry = try reader.next() {
                guard names.count < limits.entries else { throw SignedDocumentFailure.malformedContainer("too many entries") }
                guard names.insert(entry.name).inserted else {
                    throw SignedDocumentFailure.malformedContainer("two entries named \(entry.name)")
                }
                if entry.modified != record.modified { record.malformations.append("\(entry.name) has another time") }
                try read(entry)
            }
        } catch { record.malformations.append("\(error)") }
        interpret()
        return record
    }

    private mutating func read(_ entry: ZIPStreamEntry) throws(SignedDocumentFailure) {
        if Self.documentNames.contains(entry.name) {
            documents[entry.name] = try reader.wholeContent(limit: limits.documentBytes)
        } else if entry.name == RecordContainerName.content {
            (record.content, record.digests.content) = try sealed(entry)
        } else if entry.name == RecordContainerName.evidence {
            (record.evidence, record.digests.evidence) = try sealed(entry)
        } else if let number = Self.number(entry.name, suffix: ".key") {
            attachmentKeys[number] = try reader.wholeContent(limit: 1 << 10)
        } else if let number = Self.number(entry.name, suffix: "") {
            try readAttachment(number, entry)
        } else {
            record.malformations.append("\(entry.name) is no entry of a record")
        }
    }

    private mutating func readAttachment(_ number: Int, _ entry: ZIPStreamEntry) throws(SignedDocumentFailure) {
        guard let key = attachmentKeys[number] else {
            let (bytes, digest) = try sealed(entry)
            record.digests.attachments[number] = digest
            record.attachments[number] = bytes.map { .inline($0) }
            return
        }
        var passing = contentKey(of: number, sealed: key).map {
            PassingContent(key: $0, fileBytes: entry.content.byteCount, keepsBody: vault?.keepsBodies ?? false)
        }
        record.digests.attachments[number] = try digest { passing?.update($0) }
        record.openedFiles[number] = passing?.finish()
        record.attachments[number] = .file(byteCount: entry.content.byteCount, key: key)
    }

    /// Nil without the vault, and where the key is destroyed or not of this record. That opening fails is told when it is tried.
    private func contentKey(of number: Int, sealed: [UInt8]) -> ContentKey? {
        guard let vault, let name = documents[RecordContainerName.key], let key = Int64(String(decoding: name, as: UTF8.self)),
            let opened = try? vault.keys.key(key),
            let plain = try? RecordSeal(key: opened).open(sealed, counter: RecordSeal.attachmentCounter(number - 1))
        else { return nil }
        return ContentKey(bytes: plain)
    }

    /// The content, unless it is more than is still held in memory, and its SHA-256.
    private mutating func sealed(_ entry: ZIPStreamEntry) throws(SignedDocumentFailure) -> ([UInt8]?, digest: [UInt8]) {
        guard entry.content.byteCount <= UInt64(limits.sealedBytes - sealedBytes) else { return (nil, try digest()) }
        let bytes = try reader.wholeContent(limit: limits.sealedBytes)
        sealedBytes += bytes.count
        return (bytes, DigestAlgorithm.sha256.digest(bytes))
    }

    private mutating func digest(_ use: ([UInt8]) -> Void = { _ in }) throws(SignedDocumentFailure) -> [UInt8] {
        var digest = StreamingDigest(.sha256)
        while true {
            let bytes = try reader.content(Self.pieceBytes)
            if bytes.isEmpty { return digest.finish() }
            digest.update(bytes)
            use(bytes)
        }
    }

    private static func number(_ name: String, suffix: String) -> Int? {
        let prefix = RecordContainerName.attachment(0).dropLast()
        guard name.hasPrefix(prefix), name.hasSuffix(suffix),
            let number = Int(name.dropFirst(prefix.count).dropLast(suffix.count)),
            number > 0, RecordContainerName.attachment(number) + suffix == name
        else { return nil }
        return number
    }

    private mutating func interpret() {
        func pair(_ result: String, _ chain: String) -> HashChainDocuments? {
            guard let result = documents[result], let chain = documents[chain] else { return nil }
            return HashChainDocuments(result: result, chain: chain)
        }
        record.leafText = documents[RecordContainerName.leaf]
        record.leaf = record.leafText.flatMap { LeafFields($0) }
        (record.leafHash, record.time) = Self.leafHash(documents[RecordContainerName.leafHash] ?? [])
        if let leaf = record.leaf { record.time = leaf.time }
        record.key = documents[RecordContainerName.key].flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
        record.signature = documents[ContainerEntryName.signature]
        record.digests.signature = record.signature.map { DigestAlgorithm.sha512.digest($0) }
        record.hashChain = pair(ContainerEntryName.signatureHashChainResult, ContainerEntryName.signatureHashChain)
        if let hashChain = record.hashChain {
            let data = SignatureData(signature: [], hashChain: hashChain)
            record.digests.evidence = Evidence.encode(data, policy: LogPolicy()).map { DigestAlgorithm.sha256.digest($0) }
        }
        if let token = documents[ContainerEntryName.timestamp],
            let chain = pair(ContainerEntryName.timestampHashChainResult, ContainerEntryName.timestampHashChain)
        {
            record.timestamp = SignedContainer.Timestamp(token: token, hashChain: chain)
        }
        record.malformations += missing
    }

    private static func leafHash(_ bytes: [UInt8]) -> (TreeHash?, Instant?) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count == 2, lines[0].hasPrefix("leaf-hash="), lines[1].hasPrefix("time="),
            let hash = Hexadecimal.decode(String(lines[0].dropFirst(10))).flatMap(TreeHash.init(bytes:)),
            let time = Int64(lines[1].dropFirst(5))
        else { return (nil, nil) }
        return (hash, Instant(millisecondsSince1970: time))
    }

    /// Entries that every record of its kind has.
    private var missing: [String] {
        var missing: [String] = []
        if documents[ContainerEntryName.mimetype] != Array(ContainerEntryName.containerType.utf8) {
            missing.append(ContainerEntryName.mimetype)
        }
        if record.leafHash == nil {
            if record.leaf == nil { missing.append(RecordContainerName.leaf) }
            if record.leaf?.kind == .message {
                if record.key == nil { missing.append(RecordContainerName.key) }
                if record.timestamp == nil { missing.append(ContainerEntryName.timestamp) }
                if record.signature == nil, record.evidence == nil, record.leaf?.sealsSignature == false {
                    missing.append(ContainerEntryName.signature)
                }
            }
        }
        return missing.map { "\($0) is missing or not what it has to be" }
    }
}
