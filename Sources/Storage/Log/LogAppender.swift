import GRDB
import MessageLog
import PKI

/// Writes entries: gives numbers without gaps, hashes leaves, keeps the tree. For the writer's connection, inside its transactions;
/// after one that was rolled back a new one is needed.
final class LogAppender {
    /// Parts of a record: `part.place` is the record's number · this + the part's counter.
    static let partsOfRecord: Int64 = 4096
    /// Signature documents that messages of one batch may still share.
    private static let rememberedSignatures = 1024

    /// The tree of what was appended.
    private(set) var frontier: MerkleFrontier
    /// SHA-512 of a document to its row.
    private let signatures = BoundedCache<[UInt8], Int64>(capacity: rememberedSignatures)
    private var lastSignature: Int64
    private let record: PreparedStatement
    private let part: PreparedStatement
    private let signature: PreparedStatement
    private let event: PreparedStatement
    private let tile: PreparedStatement

    init(_ database: Database, frontier: MerkleFrontier) throws {
        self.frontier = frontier
        lastSignature = try Int64.fetchOne(database, sql: "SELECT max(number) FROM signature") ?? 0
        let marks = Array(repeating: "?", count: 24).joined(separator: ", ")
        record = try PreparedStatement(database, "INSERT INTO record VALUES (\(marks))")
        part = try PreparedStatement(database, "INSERT INTO part VALUES (?, ?, ?, ?, ?)")
        signature = try PreparedStatement(database, "INSERT INTO signature VALUES (?, ?)")
        event = try PreparedStatement(database, "INSERT INTO event VALUES (?, ?, ?, ?, ?)")
        tile = try PreparedStatement(database, "INSERT INTO tree_tile VALUES (?, ?, ?)")
    }

    /// Also of the numbers that were given: the next entry's is one more.
    var entryCount: Int64 { frontier.size }

    /// The number of the entry, which is durable once the transaction is.
    func append(_ sealed: SealedRecord) throws -> Int64 {
        let number = entryCount + 1
        let leaf = sealed.leaf
        let entry = leaf.entry
        let hash = MerkleTree.leafHash(MessageLeaf.text(number: number, lines: sealed.leafLines))
        let shared = try sealed.sharedSignature.map { try row(of: $0, digest: leaf.signature) }
        try record.run(
            .integer(number), .integer(entry.time.millisecondsSince1970), .text(entry.side.rawValue),
            .text(entry.direction.rawValue), .text(entry.kind.rawValue), .text(entry.requestIdentifier),
            .text(entry.messageIdentifier), .text(CodePath.encode(entry.client)), .text(CodePath.encode(entry.service.provider)),
            .text(entry.service.serviceCode), ColumnValue(entry.service.serviceVersion), .text(CodePath.encode(leaf.owner)),
            .integer(Int64(leaf.byteCount)), .text(leaf.bodyLogging.rawValue), .text(leaf.signatureOnErasure.rawValue),
            ColumnValue(sealed.retentionDays), .blob(leaf.configurationHash), .text(leaf.decision), .integer(sealed.key),
            .blob(leaf.commitment), ColumnValue(shared), .blob(leaf.signature), .null, .blob(hash.bytes))
        for sealedPart in sealed.parts {
            try part.run(
                .integer(number * Self.partsOfRecord + Int64(sealedPart.counter)), .integer(Int64(sealedPart.byteCount)),
                .blob(sealedPart.digest), ColumnValue(sealedPart.file), .blob(sealedPart.bytes))
        }
        try grow(hash)
        return number
    }

    func append(_ logged: LogEvent) throws -> Int64 {
        let number = entryCount + 1
        let hash = MerkleTree.leafHash(logged.leaf(number: number))
        try event.run(
            .integer(number), .integer(logged.time.millisecondsSince1970), .text(logged.kind), .text(logged.statementText),
            .blob(hash.bytes))
        try grow(hash)
        return number
    }

    private func row(of document: [UInt8], digest: [UInt8]) throws -> Int64 {
        if let row = signatures.value(digest) { return row }
        lastSignature += 1
        try signature.run(.integer(lastSignature), .blob(document))
        signatures.insert(lastSignature, for: digest)
        return lastSignature
    }

    private func grow(_ hash: TreeHash) throws {
        for completed in frontier.append(hash) {
            try tile.run(.integer(Int64(completed.level)), .integer(completed.position), .blob(completed.hash.bytes))
        }
    }
}
