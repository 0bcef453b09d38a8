import Foundation
import GRDB
import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// Brings the records of version 1, which lie in the clear, into the tables of version 2: sealed, and as entries of the tree in the
/// order they had.
struct LogMigration: Sendable {
    let keys: KeyStore
    let content: ContentFolder

    /// Inside the migration's transaction. Data keys are in the key store and content files have their new names before it is
    /// committed; if the process dies, both are left over and go when the log is next opened.
    func run(_ database: Database) throws {
        try PreparedStatement(database, "INSERT INTO log VALUES (?, ?, 0, 0)").run(
            .text(Hexadecimal.encode(Randomness.bytes(4))), .text(keys.keys.storeIdentifier))
        let appender = try LogAppender(database, frontier: MerkleFrontier())
        let name = try PreparedStatement(database, "INSERT INTO former_name VALUES (?, ?)")
        var supply = FormerKeys(store: keys)
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM former_record ORDER BY number")
        while let row = try rows.next() {
            let record = try record(row, database)
            let sealed = try SealedRecord(sealing: record, key: try supply.next(for: record.owner))
            for (name, file) in sealed.contentFiles(of: record) { try adopt(file, as: name) }
            try name.run(.text(row["name"]), .integer(try appender.append(sealed)))
        }
        guard appender.entryCount > 0 else { return }
        let statement = ["records": "1-\(appender.entryCount)", "from-schema": "1", "to-schema": "2"]
        _ = try appender.append(LogEvent(kind: "migration", statement: statement, time: .now))
    }

    private func record(_ row: Row, _ database: Database) throws -> LogRecord {
        guard let entry = LogEntry(row: row) else {
            throw MessageLogFailure.recordDamaged(name: row["name"], reason: "a column with an unknown value")
        }
        let attachments = try Row.fetchAll(
            database, sql: "SELECT * FROM former_attachment WHERE record = ? ORDER BY position",
            arguments: [row["number"] as Int64])
        let result = row.optionalBytes("hash_chain_result")
        let chain = row.optionalBytes("hash_chain")
        return LogRecord(
            entry: entry, owner: entry.side == .consumer ? entry.client.member : entry.service.provider.member,
            messagePart: row.bytes("message_part"), attachments: try attachments.map { try body($0, of: row["name"]) },
            signature: SignatureData(
                signature: row.bytes("signature"),
                hashChain: result.flatMap { result in chain.map { HashChainDocuments(result: result, chain: $0) } }),
            configurationHash: row.bytes("configuration_hash"))
    }

    private func body(_ row: Row, of name: String) throws -> JournaledBody {
        if let bytes = row.optionalBytes("bytes") { return .inline(bytes) }
        guard let file = row["file"] as String?, let key = row.optionalBytes("file_key").flatMap(ContentKey.init(bytes:)) else {
            throw MessageLogFailure.recordDamaged(name: name, reason: "an attachment without bytes or file")
        }
        return .contentFile(FormerContentFile(name: file, key: key, byteCount: row["byte_count"], content: content))
    }

    /// A file that is missing stays missing, which reading the record tells.
    private func adopt(_ file: any SealedFile, as name: String) throws {
        do {
            try content.adopt(file, as: name)
        } catch MessageLogFailure.contentMissing {
            return
        }
    }

    /// Reads every migrated record back: the copy in the clear goes only after that.
    static func verify(_ reader: SQLiteLogReader) throws {
        var next: Int64 = 1
        let last = try reader.treeSize()
        while next <= last {
            let numbers = next...min(last, next + 63)
            for message in try reader.database.read({ try SQLiteLogReader.messages(numbers, $0) }) {
                do {
                    _ = try reader.open(message, nil)
                } catch MessageLogFailure.contentMissing, MessageLogFailure.contentDamaged {
                    continue
                }
            }
            next = numbers.upperBound + 1
        }
    }
}

/// Data keys for migrated records, a block at a time.
private struct FormerKeys {
    let store: KeyStore
    private var ready: [MemberIdentifier: ArraySlice<RecordKey>] = [:]

    init(store: KeyStore) { self.store = store }

    mutating func next(for member: MemberIdentifier) throws(MessageLogFailure) -> RecordKey {
        if let key = ready[member]?.popFirst() { return key }
        var keys = try store.makeBlock(KeySupply.blockLength, for: member, entries: 0).keys[...]
        guard let key = keys.popFirst() else { throw .sealingFailed(reason: "an empty block of keys") }
        ready[member] = keys
        return key
    }
}

/// A content file under the name that version 1 gave it.
private struct FormerContentFile: SealedFile {
    let key: ContentKey
    let byteCount: Int
    let digest: [UInt8]
    let sealedDigest: [UInt8]
    private let path: String

    /// A file that is missing or damaged gets digests that nothing has.
    init(name: String, key: ContentKey, byteCount: Int, content: ContentFolder) {
        self.key = key
        self.byteCount = byteCount
        path = "\(content.path)/\(name)"
        sealedDigest = content.digest(name) ?? [UInt8](repeating: 0, count: DigestAlgorithm.sha256.length)
        digest =
            (try? content.read(name, byteCount: byteCount, key: key)).map(DigestAlgorithm.sha512.digest)
            ?? [UInt8](repeating: 0, count: DigestAlgorithm.sha512.length)
    }

    func link(to target: String) throws(MessageLogFailure) {
        guard Glibc.link(path, target) == 0 else {
            throw errno == ENOENT
                ? .contentMissing(file: path)
                : .storageFailed(step: "link content file", detail: String(cString: strerror(errno)))
        }
    }
}
