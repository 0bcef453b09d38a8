import Foundation
import GRDB
import MessageLog
import SignedDocuments
import XRoadModel

/// Looks into a message log, also while another process writes it.
package struct SQLiteLogReader: LogReading {
    private let database: any DatabaseReader
    private let content: ContentFolder

    init(database: any DatabaseReader, content: ContentFolder) {
        self.database = database
        self.content = content
    }

    /// For commands beside a running server: takes no lock and changes nothing.
    package init(folder: String) throws(StorageFailure) {
        let path = "\(folder)/\(LogDatabase.file)"
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let found = try queue.read(LogSchema.version(of:))
            let supported = LogSchema.current.version
            if found > supported { throw StorageFailure.newerSchema(path: path, found: found, supported: supported) }
            if found < supported { throw StorageFailure.olderSchema(path: path, found: found, supported: supported) }
            database = queue
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            throw .cannotOpen(path: path, detail: "\(error)")
        }
        content = ContentFolder(path: "\(folder)/content")
    }

    package func list(_ filter: LogFilter, limit: Int) async throws(MessageLogFailure) -> [LoggedEntry] {
        let (conditions, arguments) = Self.conditions(filter)
        let sql = """
            SELECT number, name, time, side, direction, kind, request_identifier, message_identifier, client, provider,
                service_code, service_version, byte_count
            FROM record WHERE \(conditions.joined(separator: " AND ")) ORDER BY number DESC LIMIT \(max(0, limit))
            """
        do {
            return try await database.read { database in
                try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
                    LoggedEntry(identifier: Self.identifier(row), entry: try Self.entry(row), byteCount: row["byte_count"])
                }
            }
        } catch {
            throw MessageLogFailure("list", error)
        }
    }

    package func record(named name: String) async throws(MessageLogFailure) -> LoggedRecord {
        do {
            return try await database.read { database in
                guard let row = try Row.fetchOne(database, sql: "SELECT * FROM record WHERE name = ?", arguments: [name]) else {
                    throw MessageLogFailure.unknownRecord(name: name)
                }
                return LoggedRecord(identifier: Self.identifier(row), record: try logRecord(row, database))
            }
        } catch {
            throw MessageLogFailure("read", error)
        }
    }

    private func logRecord(_ row: Row, _ database: Database) throws -> LogRecord {
        let attachments = try Row.fetchAll(
            database, sql: "SELECT * FROM attachment WHERE record = ? ORDER BY position", arguments: [row["number"] as Int64])
        return LogRecord(
            entry: try Self.entry(row), messagePart: Self.bytes(row, "message_part") ?? [],
            attachments: try attachments.map { .inline(try body($0, of: row["name"])) },
            signature: Self.signature(row), configurationHash: Self.bytes(row, "configuration_hash") ?? [])
    }

    private func body(_ row: Row, of name: String) throws -> [UInt8] {
        if let bytes = Self.bytes(row, "bytes") { return bytes }
        guard let file = row["file"] as String?, let key = Self.bytes(row, "file_key").flatMap(ContentKey.init(bytes:)) else {
            throw MessageLogFailure.recordDamaged(name: name, reason: "an attachment without bytes or file")
        }
        return try content.read(file, byteCount: row["byte_count"], key: key)
    }

    private static func signature(_ row: Row) -> SignatureData {
        let result = bytes(row, "hash_chain_result")
        let chain = bytes(row, "hash_chain")
        return SignatureData(
            signature: bytes(row, "signature") ?? [],
            hashChain: result.flatMap { result in chain.map { HashChainDocuments(result: result, chain: $0) } })
    }

    private static func identifier(_ row: Row) -> RecordIdentifier { RecordIdentifier(number: row["number"], name: row["name"]) }

    private static func entry(_ row: Row) throws -> LogEntry {
        guard let entry = LogEntry(row: row) else {
            throw MessageLogFailure.recordDamaged(name: row["name"], reason: "a column with an unknown value")
        }
        return entry
    }

    private static func bytes(_ row: Row, _ column: String) -> [UInt8]? { (row[column] as Data?).map { [UInt8]($0) } }

    private static func conditions(_ filter: LogFilter) -> ([String], StatementArguments) {
        var conditions = ["1"]
        var arguments: [(any DatabaseValueConvertible)?] = []
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?, when isWanted: Bool) {
            guard isWanted else { return }
            conditions.append(condition)
            arguments.append(value)
        }
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) { add(condition, value, when: value != nil) }
        add("time >= ?", filter.from?.millisecondsSince1970)
        add("time < ?", filter.to?.millisecondsSince1970)
        add("side = ?", filter.side?.rawValue)
        add("direction = ?", filter.direction?.rawValue)
        add("request_identifier = ?", filter.requestIdentifier)
        add("message_identifier = ?", filter.messageIdentifier)
        add("client = ?", filter.client.map(CodePath.encode))
        add("provider = ?", (filter.service?.provider).map(CodePath.encode))
        add("service_code = ?", filter.service?.serviceCode)
        add("service_version IS ?", filter.service?.serviceVersion, when: filter.service != nil)
        add("number < ?", filter.before?.number)
        return (conditions, StatementArguments(arguments))
    }
}
