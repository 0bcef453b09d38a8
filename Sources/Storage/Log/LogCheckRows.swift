import Foundation
import GRDB
import MessageLog

/// A log's rows as a check reads them: nothing is refused, a row that cannot be read is told as such.
package struct SQLiteLogCheckReader: LogCheckReading {
    private let reader: SQLiteLogReader
    /// Where the data keys are; nil where the folder of keys is not at hand.
    private let keys: (any DatabaseReader)?

    /// Needs no passphrase: whether a key is there is seen without opening it.
    package init(folder: String) throws(StorageFailure) {
        reader = try SQLiteLogReader(folder: folder, keys: nil)
        let path = "\(folder)/\(RecordKeys.folder)/\(RecordKeys.file)"
        let isThere = FileManager.default.fileExists(atPath: path)
        keys = isThere ? try DurableDatabase.reader(path, schema: StoreSchema.keys.version) : nil
    }

    package var hasKeys: Bool { keys != nil }

    package func lastNumber() async throws(MessageLogFailure) -> Int64 { try reader.treeSize() }

    package func checkedTile(level: Int, position: Int64) async throws(MessageLogFailure) -> TreeHash? {
        try reader.tile(level: level, position: position)
    }

    package func strayTileCount() async throws(MessageLogFailure) -> Int64 {
        try await reader.reading("read tree") { database in
            let sql = "SELECT count(*) FROM tree_tile WHERE (position + 1) << level > ?"
            return try Int64.fetchOne(database, sql: sql, arguments: [try SQLiteLogReader.entryCount(database)]) ?? 0
        }
    }

    package func contentDigest(_ file: String) -> [UInt8]? { reader.contentDigest(file) }

    package func unfinishedErasures() async throws(MessageLogFailure) -> Set<Int64> {
        try await reader.reading("read erasures") { try Int64.fetchSet($0, sql: "SELECT record FROM erasing") }
    }

    package func checkedCheckpoints(after size: Int64, limit: Int) async throws(MessageLogFailure) -> [CheckedCheckpoint] {
        try await reader.reading("read checkpoints") { database in
            let sql = "SELECT * FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?"
            return try Row.fetchAll(database, sql: sql, arguments: [size, limit]).map { row in
                CheckedCheckpoint(
                    size: row["size"], time: row["time"], note: row.bytes("note"), timestamp: row.optionalBytes("timestamp"))
            }
        }
    }

    package func checkedEntries(_ numbers: ClosedRange<Int64>) async throws(MessageLogFailure) -> [CheckedEntry] {
        let rows = try await reader.reading("read entries") { try Self.rows(numbers, $0) }
        guard let keys else { return rows }
        do {
            return try await keys.read { database in
                let statement = try database.cachedStatement(sql: "SELECT 1 FROM record_key WHERE number = ?")
                return try rows.map { row in
                    guard case .stored(.message(let message)) = row.content else { return row }
                    let hasKey = try Int.fetchOne(statement, arguments: [message.key]) != nil
                    return CheckedEntry(number: row.number, content: row.content, hasKey: hasKey)
                }
            }
        } catch {
            throw MessageLogFailure("read keys", error)
        }
    }

    private static func rows(_ numbers: ClosedRange<Int64>, _ database: Database) throws -> [CheckedEntry] {
        let range: StatementArguments = [numbers.lowerBound, numbers.upperBound]
        let parts = try parts(numbers, database)
        var documents: [Int64: [UInt8]] = [:]
        let messages = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT * FROM record WHERE number BETWEEN ? AND ?"), arguments: range)
        let entries = try messages.map { row in
            let number: Int64 = row["number"]
            let document = try (row["signature"] as Int64?).flatMap { try Self.document($0, &documents, database) }
            let message = StoredMessage(row: row, document: document, parts: parts[number] ?? [])
            return CheckedEntry(number: number, content: message.map { .stored(.message($0)) } ?? .unreadable, hasKey: nil)
        }
        let events = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT * FROM event WHERE number BETWEEN ? AND ?"), arguments: range
        ).map { row in
            CheckedEntry(
                number: row["number"], content: StoredEvent(row: row).map { .stored(.event($0)) } ?? .unreadable, hasKey: nil)
        }
        return (entries + events).sorted { $0.number < $1.number }
    }

    private static func parts(_ numbers: ClosedRange<Int64>, _ database: Database) throws -> [Int64: [StoredPart]] {
        let multiple = LogAppender.partsOfRecord
        let statement = try database.cachedStatement(sql: "SELECT * FROM part WHERE place BETWEEN ? AND ? ORDER BY place")
        var parts: [Int64: [StoredPart]] = [:]
        let rows = try Row.fetchCursor(
            statement, arguments: [numbers.lowerBound * multiple, numbers.upperBound * multiple + multiple - 1])
        while let row = try rows.next() { parts[(row["place"] as Int64) / multiple, default: []].append(StoredPart(row: row)) }
        return parts
    }

    /// Messages of one batch share a document: it is read once for a page.
    private static func document(
        _ number: Int64, _ read: inout [Int64: [UInt8]], _ database: Database
    ) throws -> [UInt8]? {
        if let document = read[number] { return document }
        let statement = try database.cachedStatement(sql: "SELECT document FROM signature WHERE number = ?")
        guard let row = try Row.fetchOne(statement, arguments: [number]) else { return nil }
        let document = row.bytes("document")
        read[number] = document
        return document
    }
}
