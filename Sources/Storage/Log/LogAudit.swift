import GRDB
import MessageLog
import XRoadModel

/// What erasures, retention and audits ask of the log; all without keys.
extension SQLiteLogReader: ErasureReading {
    package func selectionsOnHold() async throws(MessageLogFailure) -> [(matter: String, selection: LogSelection)] {
        var selections: [(matter: String, selection: LogSelection)] = []
        for hold in try await holds(includingReleased: false) {
            // One that cannot be read keeps everything.
            selections.append((hold.caseName, LogSelection(json: hold.filter) ?? LogSelection()))
        }
        return selections
    }

    package func lastTimestamped() async throws(MessageLogFailure) -> Int64 {
        try await reading("last time-stamp") { try LogTimestamps.last($0) }
    }

    package func erased(of records: RecordRanges) async throws(MessageLogFailure) -> [String: RecordRanges] {
        try await reading("list erased") { database in
            var plans: [Int64: String] = [:]
            var erased: [String: RecordRanges] = [:]
            let statement = try database.makeStatement(
                sql: "SELECT number, erased_by FROM record WHERE number BETWEEN ? AND ? AND erased_by IS NOT NULL ORDER BY number"
            )
            let event = try database.makeStatement(sql: "SELECT json_extract(statement, '$.plan') FROM event WHERE number = ?")
            for range in records.ranges {
                let rows = try Row.fetchCursor(statement, arguments: [range.lowerBound, range.upperBound])
                while let row = try rows.next() {
                    let entry: Int64 = row["erased_by"]
                    let plan = try plans[entry] ?? String.fetchOne(event, arguments: [entry]) ?? ""
                    plans[entry] = plan
                    erased[plan, default: RecordRanges()].append(row["number"])
                }
            }
            return erased
        }
    }

    /// Numbers, in order, of records after `number` whose retention has ended at `now`, whose content is still there and which no
    /// hold keeps; none after `last`.
    package func retentionEnded(
        at now: Instant, after number: Int64, through last: Int64, limit: Int
    ) async throws(MessageLogFailure) -> [Int64] {
        try await reading("list expired") { [logIdentifier] database in
            let held = try HeldRecords(database, log: logIdentifier).exclusion
            let sql = """
                SELECT number FROM record WHERE number > ? AND number <= ? AND erased_by IS NULL AND retention_days IS NOT NULL
                    AND time + retention_days * 86400000 <= ? AND \(held.sql)
                ORDER BY number LIMIT ?
                """
            let bounds: StatementArguments = [number, last, now.millisecondsSince1970]
            return try Int64.fetchAll(database, sql: sql, arguments: bounds + held.arguments + [max(0, limit)])
        }
    }

    /// Those of `hashes` that a record refers to. Goes through the log in pieces, until all are found.
    package func configurations(referredToAmong hashes: Set<[UInt8]>) async throws(MessageLogFailure) -> Set<[UInt8]> {
        var found: Set<[UInt8]> = []
        let pieceLength: Int64 = 1 << 16
        let size = try treeSize()
        for first in stride(from: Int64(1), through: size, by: Int64.Stride(pieceLength)) where found.count < hashes.count {
            let piece = try await reading("list configurations") { database in
                try Row.fetchAll(
                    database, sql: "SELECT DISTINCT configuration_hash FROM record WHERE number BETWEEN ? AND ?",
                    arguments: [first, first + pieceLength - 1]
                ).map { $0.bytes("configuration_hash") }
            }
            found.formUnion(hashes.intersection(piece))
        }
        return found
    }
}

/// An entry as `GapFinder` goes through it.
package enum AuditedEntry: Sendable {
    case message(GapFinder.Message)
    case event(Int64)

    package var number: Int64 {
        switch self {
        case .message(let message): message.number
        case .event(let number): number
        }
    }
}

extension SQLiteLogReader {
    /// Entries after `number` in order, as far as they are there.
    package func auditedEntries(after number: Int64, limit: Int) async throws(MessageLogFailure) -> [AuditedEntry] {
        try await reading("audit") { [self] database in
            let messages = try Row.fetchAll(
                database,
                sql: """
                    SELECT record.*, CASE WHEN timestamp.last >= number THEN timestamp.time END AS stamped
                    FROM record LEFT JOIN timestamp ON timestamp.first = (SELECT max(first) FROM timestamp WHERE first <= number)
                    WHERE number > ? ORDER BY number LIMIT ?
                    """, arguments: [number, limit]
            ).map { row in
                guard let entry = LogEntry(row: row) else {
                    throw MessageLogFailure.recordDamaged(
                        name: identifier(row["number"]).name, reason: "a column with an unknown value")
                }
                let stamped = (row["stamped"] as Int64?).map(Instant.init(millisecondsSince1970:))
                return AuditedEntry.message(
                    GapFinder.Message(
                        number: row["number"], entry: entry, configurationHash: row.bytes("configuration_hash"),
                        timestamp: stamped))
            }
            let events = try Int64.fetchAll(
                database, sql: "SELECT number FROM event WHERE number > ? ORDER BY number LIMIT ?", arguments: [number, limit]
            ).map(AuditedEntry.event)
            // Beyond the shorter of two full lists the other one may still have entries between.
            return Array((messages + events).sorted { $0.number < $1.number }.prefix(limit))
        }
    }
}
