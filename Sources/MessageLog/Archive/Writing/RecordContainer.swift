import PKI
import SignedDocuments
import XRoadModel

/// The entries of a record's container. Those that an ASiC-E container has (EN 319 162-1) have their names there; the message itself is
/// sealed, so that to any verifier it is a container whose signed data is not at hand.
package enum RecordContainerName {
    package static let leaf = "leaf.txt"
    /// Instead of the leaf: its hash, hexadecimal, and the time of the record, in milliseconds since 1970.
    package static let leafHash = "leaf-hash.txt"
    /// As stored. Not where it is a hash chain in the clear: then that has its own two names.
    package static let evidence = "sealed/evidence"
    /// The number of the wrapped data key in the vault, decimal.
    package static let key = "sealed/key"
    package static let content = "sealed/message"

    package static func attachment(_ number: Int) -> String { "sealed/attachment\(number)" }
    package static func attachmentKey(_ number: Int) -> String { "sealed/attachment\(number).key" }
}

/// One entry of the log as an archive holds it: a container of its own, whose bytes are made while they are written. Bodies in
/// content files are read twice: once for the checksums that stand before them, once to be written.
struct RecordContainer {
    enum Piece {
        case bytes([UInt8])
        case content(any SealedContent, ZIPChecksum)
    }

    let name: String
    let number: Int64
    let time: Instant
    /// Hexadecimal; nil where the record refers to none.
    let configuration: String?
    /// Parts that are not what the leaf says they were.
    let contradictions: [String]
    private(set) var pieces: [Piece] = []
    private(set) var content = ZIPChecksum()

    init(_ entry: ArchivableEntry) async throws(MessageLogFailure) {
        number = entry.identifier.number
        time = entry.time
        var parts: [(name: String, piece: Piece)] = [
            (ContainerEntryName.mimetype, .bytes(Array(ContainerEntryName.containerType.utf8)))
        ]
        switch entry.content {
        case .message(let message, let leafText):
            let leaf = try Self.leaf(leafText, .message, of: entry)
            var stored = StoredDigests()
            let hashChain = leaf.sealsSignature ? nil : message.evidence.flatMap(Evidence.decode)?.hashChain
            parts += Self.evidence(of: message, hashChain, &stored)
            parts.append((RecordContainerName.leaf, .bytes(leafText)))
            parts += try await Self.sealed(message, withEvidence: hashChain == nil, &stored)
            contradictions = leaf.contradictions(stored) + message.missing
            configuration = leaf["configuration"]
            name = ArchiveName.entry(entry.identifier, leaf["direction"] ?? "message")
        case .event(let leafText):
            _ = try Self.leaf(leafText, .event, of: entry)
            parts.append((RecordContainerName.leaf, .bytes(leafText)))
            (contradictions, configuration) = ([], nil)
            name = ArchiveName.entry(entry.identifier, "event")
        case .erased(let leafHash):
            let text = "leaf-hash=\(leafHash)\ntime=\(entry.time.millisecondsSince1970)\n"
            parts.append((RecordContainerName.leafHash, .bytes(Array(text.utf8))))
            (contradictions, configuration) = ([], nil)
            name = ArchiveName.entry(entry.identifier, "erased")
        }
        try compose(parts)
    }

    private static func leaf(
        _ text: [UInt8], _ kind: LeafFields.Kind, of entry: ArchivableEntry
    ) throws(MessageLogFailure) -> LeafFields {
        guard let leaf = LeafFields(text), leaf.kind == kind, leaf.number == entry.identifier.number, leaf.time == entry.time
        else { throw .recordDamaged(name: entry.identifier.name, reason: "its leaf is not that of the record") }
        return leaf
    }

    /// What stays readable when the record is erased.
    private static func evidence(
        of message: ArchivableMessage, _ hashChain: HashChainDocuments?, _ stored: inout StoredDigests
    ) -> [(name: String, piece: Piece)] {
        var parts: [(String, [UInt8])] = []
        if let signature = message.signature {
            stored.signature = DigestAlgorithm.sha512.digest(signature)
            parts.append((ContainerEntryName.signature, signature))
        }
        if let hashChain {
            parts.append((ContainerEntryName.signatureHashChainResult, hashChain.result))
            parts.append((ContainerEntryName.signatureHashChain, hashChain.chain))
        }
        let timestamp = message.timestamp
        parts += [
            (ContainerEntryName.timestampHashChainResult, timestamp.hashChain.result),
            (ContainerEntryName.timestampHashChain, timestamp.hashChain.chain),
            (ContainerEntryName.timestampManifest, timestamp.manifest), (ContainerEntryName.timestamp, timestamp.token),
        ]
        return parts.map { ($0.0, .bytes($0.1)) }
    }

    private static func sealed(
        _ message: ArchivableMessage, withEvidence: Bool, _ stored: inout StoredDigests
    ) async throws(MessageLogFailure) -> [(name: String, piece: Piece)] {
        var parts: [(String, Piece)] = [(RecordContainerName.key, .bytes(Array(String(message.keyNumber).utf8)))]
        if let content = message.content {
            stored.content = DigestAlgorithm.sha256.digest(content)
            parts.append((RecordContainerName.content, .bytes(content)))
        }
        if let evidence = message.evidence {
            stored.evidence = DigestAlgorithm.sha256.digest(evidence)
            if withEvidence { parts.append((RecordContainerName.evidence, .bytes(evidence))) }
        }
        for (number, attachment) in message.attachments.sorted(by: { $0.key < $1.key }) {
            switch attachment {
            case .inline(let bytes):
                stored.attachments[number] = DigestAlgorithm.sha256.digest(bytes)
                parts.append((RecordContainerName.attachment(number), .bytes(bytes)))
            case .file(let file, let key):
                let (checksum, digest) = try await measure(file)
                stored.attachments[number] = digest
                parts.append((RecordContainerName.attachmentKey(number), .bytes(key)))
                parts.append((RecordContainerName.attachment(number), .content(file, checksum)))
            }
        }
        return parts
    }

    private static func measure(_ file: any SealedContent) async throws(MessageLogFailure) -> (ZIPChecksum, digest: [UInt8]) {
        var checksum = ZIPChecksum()
        var digest = StreamingDigest(.sha256)
        while checksum.byteCount < file.byteCount {
            let bytes = try await file.read(at: checksum.byteCount, count: ArchiveWriter.pieceBytes)
            guard !bytes.isEmpty else { throw .contentMissing(file: file.name) }
            checksum.update(bytes)
            digest.update(bytes)
        }
        return (checksum, digest.finish())
    }

    private mutating func compose(_ parts: [(name: String, piece: Piece)]) throws(MessageLogFailure) {
        var writer = ZIPStreamWriter()
        let modified = ZIPTime(time)
        do {
            for (name, piece) in parts {
                let checksum =
                    switch piece {
                    case .bytes(let bytes): ZIPChecksum(bytes)
                    case .content(_, let checksum): checksum
                    }
                append(.bytes(try writer.begin(ZIPStreamEntry(name: name, content: checksum, modified: modified))))
                append(piece)
            }
        } catch { throw .recordDamaged(name: name, reason: "\(error)") }
        append(.bytes(writer.finish()))
    }

    private mutating func append(_ piece: Piece) {
        switch piece {
        case .bytes(let bytes): content.update(bytes)
        case .content(_, let checksum): content.append(checksum)
        }
        pieces.append(piece)
    }
}
