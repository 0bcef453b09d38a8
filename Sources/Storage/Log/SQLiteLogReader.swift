import Foundation
import GRDB
import MessageLog
import SignedDocuments
import XRoadModel

/// Looks into a message log, also while another process writes it. Without keys it lists and checks; content needs them.
package struct SQLiteLogReader: LogReading {
    /// The log's own digits in names.
    package let logIdentifier: String
    let database: ReadAccess
    let content: ContentFolder
    private let keys: RecordKeys?

    init(database: ReadAccess, content: ContentFolder, keys: RecordKeys?) throws {
        self.database = database
        self.content = content
        self.keys = keys
        logIdentifier = try database.read { try String.fetchOne($0, sql: "SELECT identifier FROM log") ?? "" }
    }

    /// For commands beside a running server: takes no lock and changes nothing.
    package init(folder: String, keys: RecordKeys?) throws(StorageFailure) {
        let path = "\(folder)/\(SQLiteJournal.file)"
        let database = ReadAccess(try DurableDatabase.reader(path, schema: StoreSchema.log().version))
        do {
            let store = try database.read { try String.fetchOne($0, sql: "SELECT key_store FROM log") }
            try self.init(database: database, content: ContentFolder(path: "\(folder)/content"), keys: keys)
            if let keys, keys.storeIdentifier != store {
                throw StorageFailure.foreignKeys(path: "\(folder)/\(RecordKeys.folder)", log: logIdentifier)
            }
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            throw .cannotOpen(path: path, detail: "\(error)")
        }
    }

    func identifier(_ number: Int64) -> RecordIdentifier { RecordIdentifier(log: logIdentifier, number: number) }

    func reading<Value: Sendable>(
        _ step: String, _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(MessageLogFailure) -> Value {
        do { return try await database.read(work) } catch { throw MessageLogFailure(step, error) }
    }

    package func record(named name: String) async throws(MessageLogFailure) -> LoggedRecord {
        do {
            let (message, timestamp) = try await database.read { database in
                guard let number = try number(of: name, database), let message = try Self.message(number, database) else {
                    throw MessageLogFailure.unknownRecord(name: name)
                }
                return (message, try LogTimestamps.covering(message, database))
            }
            return try open(message, timestamp)
        } catch {
            throw MessageLogFailure("read", error)
        }
    }

    /// Names of records that were migrated stay valid.
    func number(of name: String, _ database: Database) throws -> Int64? {
        if let number = RecordIdentifier.number(in: name, ofLog: logIdentifier) { return number }
        return try Int64.fetchOne(database, sql: "SELECT record FROM former_name WHERE name = ?", arguments: [name])
    }

    func open(
        _ message: StoredMessage, _ timestamp: SignedContainer.Timestamp?
    ) throws(MessageLogFailure) -> LoggedRecord {
        let identifier = identifier(message.number)
        if let event = message.erasedBy { throw .recordErased(name: identifier.name, event: event) }
        if message.isReleased { throw .contentReleased(name: identifier.name) }
        guard let keys else { throw .keysMissing }
        guard let key = try keys.key(message.key) else {
            throw .recordDamaged(name: identifier.name, reason: "its key is missing")
        }
        let opened = try message.open(as: identifier.name, with: key) { file, byteCount, key throws(MessageLogFailure) in
            .inline(try content.read(file, byteCount: byteCount, key: key))
        }
        return LoggedRecord(
            identifier: identifier, record: opened.record, messagePartDigest: opened.messagePartDigest, timestamp: timestamp)
    }

    /// With its parts; nil where there is no such message.
    static func message(_ number: Int64, _ database: Database) throws -> StoredMessage? {
        try messages(number...number, database).first
    }

    static func messages(_ numbers: ClosedRange<Int64>, _ database: Database) throws -> [StoredMessage] {
        let sql = """
            SELECT record.*, document FROM record LEFT JOIN signature ON signature.number = record.signature
            WHERE record.number BETWEEN ? AND ? ORDER BY record.number
            """
        let parts = try database.cachedStatement(sql: "SELECT * FROM part WHERE place BETWEEN ? AND ? ORDER BY place")
        let multiple = LogAppender.partsOfRecord
        return try Row.fetchAll(database, sql: sql, arguments: [numbers.lowerBound, numbers.upperBound]).map { row in
            let place = (row["number"] as Int64) * multiple
            let rows = try Row.fetchAll(parts, arguments: [place, place + multiple - 1])
            guard let message = StoredMessage(row: row, parts: rows.map(StoredPart.init(row:))) else {
                throw MessageLogFailure.recordDamaged(name: "\(row["number"] as Int64)", reason: "a column with an unknown value")
            }
            return message
        }
    }
}
