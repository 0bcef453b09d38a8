import GRDB
import MessageLog
import XRoadModel

/// Lists of records by what is known of them without opening them.
extension SQLiteLogReader {
    package func list(_ filter: LogFilter, limit: Int) async throws(MessageLogFailure) -> [LoggedEntry] {
        do {
            return try await database.read { database in
                var entries: [LoggedEntry] = []
                for numbers in try Self.places(of: filter, database) where entries.count < limit {
                    entries += try list(filter, numbers, limit: limit - entries.count, database)
                }
                return entries
            }
        } catch {
            throw MessageLogFailure("list", error)
        }
    }

    /// Where records that fit can be, the newest first: those that are in no run yet, then what the runs say.
    private static func places(of filter: LogFilter, _ database: Database) throws -> [ClosedRange<Int64>] {
        let last = try LookupRuns.lastNumber(database)
        let tail = (last + 1)...Int64.max
        guard let inRuns = try LookupRuns.numbers(from: filter.from, to: filter.to, database) else { return [tail] }
        let candidates: [Int64]
        if let identifier = filter.requestIdentifier {
            candidates = try LookupRuns.candidates(.request, identifier, database)
        } else if let identifier = filter.messageIdentifier {
            candidates = try LookupRuns.candidates(.message, identifier, database)
        } else {
            return [tail, inRuns]
        }
        return [tail] + candidates.filter(inRuns.contains).map { $0...$0 }
    }

    private func list(
        _ filter: LogFilter, _ numbers: ClosedRange<Int64>, limit: Int, _ database: Database
    ) throws -> [LoggedEntry] {
        let (conditions, arguments) = filter.conditions
        let sql = """
            SELECT number, time, side, direction, kind, request_identifier, message_identifier, client, provider, service_code,
                service_version, byte_count, owner, decision, erased_by
            FROM record WHERE number BETWEEN ? AND ? AND \(conditions) ORDER BY number DESC LIMIT ?
            """
        let statement = try database.cachedStatement(sql: sql)
        let bounds: StatementArguments = [numbers.lowerBound, numbers.upperBound]
        return try Row.fetchAll(statement, arguments: bounds + arguments + [max(0, limit)]).map(entry)
    }

    private func entry(_ row: Row) throws -> LoggedEntry {
        let identifier = identifier(row["number"])
        guard let entry = LogEntry(row: row), let owner = CodePath.decodeMember(row["owner"]) else {
            throw MessageLogFailure.recordDamaged(name: identifier.name, reason: "a column with an unknown value")
        }
        return LoggedEntry(
            identifier: identifier, entry: entry, byteCount: row["byte_count"], owner: owner, decision: row["decision"],
            erasedBy: row["erased_by"])
    }
}

extension LogFilter {
    /// Of a row of `record`.
    var conditions: (sql: String, arguments: StatementArguments) {
        var conditions = ["1"]
        var arguments: [(any DatabaseValueConvertible)?] = []
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?, when isWanted: Bool) {
            guard isWanted else { return }
            conditions.append(condition)
            arguments.append(value)
        }
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) { add(condition, value, when: value != nil) }
        add("time >= ?", from?.millisecondsSince1970)
        add("time < ?", to?.millisecondsSince1970)
        add("side = ?", side?.rawValue)
        add("direction = ?", direction?.rawValue)
        add("request_identifier = ?", requestIdentifier)
        add("message_identifier = ?", messageIdentifier)
        add("client = ?", client.map(CodePath.encode))
        add("provider = ?", (service?.provider).map(CodePath.encode))
        add("service_code = ?", service?.serviceCode)
        add("service_version IS ?", service?.serviceVersion, when: service != nil)
        add("decision = ?", decision)
        add("number < ?", before?.number)
        if let member = member.map(CodePath.encode) {
            // A member's own path, or one below it: `0` comes after `/`.
            conditions.append("(client = ? OR client > ? AND client < ? OR provider = ? OR provider > ? AND provider < ?)")
            arguments += [member, member + "/", member + "0", member, member + "/", member + "0"]
        }
        return (conditions.joined(separator: " AND "), StatementArguments(arguments))
    }
}
