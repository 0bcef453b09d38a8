import GRDB
import MessageLog
import XRoadModel

/// Content that must not be erased while a case is open.
package struct LogHold: Hashable, Sendable {
    /// Of the event that placed it.
    package let number: Int64
    package let caseName: String
    /// Which records, as JSON.
    package let filter: String
    /// Of the event that released it; nil while it holds.
    package let releasedBy: Int64?
}

extension SQLiteJournal {
    package func placeHold(
        caseName: String, filter: String, event: LogEvent
    ) async throws(MessageLogFailure) -> RecordIdentifier {
        let number = try await change { database, appender in
            let number = try appender.append(event)
            try PreparedStatement(database, "INSERT INTO hold VALUES (?, ?, ?, NULL)").run(
                .integer(number), .text(caseName), .text(filter))
            return number
        }
        return reader.identifier(number)
    }

    /// Releases every hold of the case; fails where none holds.
    package func releaseHolds(caseName: String, event: LogEvent) async throws(MessageLogFailure) -> RecordIdentifier {
        let number = try await change { database, appender in
            let number = try appender.append(event)
            try database.execute(
                sql: #"UPDATE hold SET released_by = ? WHERE "case" = ? AND released_by IS NULL"#, arguments: [number, caseName])
            guard database.changesCount > 0 else { throw MessageLogFailure.unknownHold(caseName: caseName) }
            return number
        }
        return reader.identifier(number)
    }
}

extension SQLiteLogReader {
    /// In the order they were placed.
    package func holds(includingReleased: Bool) async throws(MessageLogFailure) -> [LogHold] {
        try await reading("list holds") { database in
            let sql = "SELECT * FROM hold WHERE released_by IS NULL OR ? ORDER BY number"
            return try Row.fetchAll(database, sql: sql, arguments: [includingReleased]).map { row in
                LogHold(number: row["number"], caseName: row["case"], filter: row["filter"], releasedBy: row["released_by"])
            }
        }
    }
}
