import GRDB
import MessageLog
import XRoadModel

/// Contents leave the log once they are in an archive and were kept long enough. Their keys stay, and so do leaf, evidence, signature and
/// time-stamp. An event of the log says which records it was: without one, content that is not there is missing.
extension SQLiteJournal: ContentRelease {
    private static let batchLength = 500

    /// If the process dies in it, the event may be there and contents, or files of contents that are gone, may be left: the caller asks
    /// again for the same range, which appends another event and does the rest.
    package func releaseContent(
        after first: Int64, through last: Int64, before time: Instant, at now: Instant
    ) async throws(MessageLogFailure) -> (records: Int, through: Int64) {
        let end = try await reader.reading("list contents") { [log = reader.logIdentifier] database in
            try Self.end(after: first, through: last, before: time, held: HeldRecords(database, log: log), database)
        }
        guard let end else { return (0, first) }
        let event = LogEvent(
            kind: ReleaseCheck.eventKind, statement: ["records": "\(RecordRanges(joining: [(first + 1)...end]))"], time: now)
        _ = try await record(event)
        var released = 0
        var done = first
        while done < end {
            let numbers = (done + 1)...min(end, done + Int64(Self.batchLength))
            let contents = try await reader.reading("list contents") { try Self.contents(numbers, $0) }
            if !contents.numbers.isEmpty {
                _ = try await change { database, _ in
                    try Self.remove(contents.numbers, database)
                    return 0
                }
            }
            removeContent(files: contents.files)
            released += contents.numbers.count
            done = numbers.upperBound
        }
        return (released, end)
    }

    private struct Contents: Sendable {
        /// Of records that have something to release.
        var numbers: [Int64] = []
        var files: [String] = []
    }

    /// The entry before the first message that has to stay, because it is young or held; nil where there is nothing to release before
    /// that.
    private static func end(
        after first: Int64, through last: Int64, before time: Instant, held: HeldRecords, _ database: Database
    ) throws -> Int64? {
        let released = held.exclusion
        let bounds: StatementArguments = [first, last, time.millisecondsSince1970]
        let staying = try Int64.fetchOne(
            database,
            sql: """
                SELECT number FROM record WHERE number > ? AND number <= ? AND (time >= ? OR NOT (\(released.sql)))
                ORDER BY number LIMIT 1
                """, arguments: bounds + released.arguments)
        let end = staying.map { $0 - 1 } ?? last
        let hasMessages = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM record WHERE number > ? AND number <= ?)", arguments: [first, end])
        return hasMessages == true ? end : nil
    }

    private static func contents(_ numbers: ClosedRange<Int64>, _ database: Database) throws -> Contents {
        let multiple = LogAppender.partsOfRecord
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT place, file, bytes IS NOT NULL AS kept FROM part
                WHERE place BETWEEN ? AND ? AND place % ? != ? ORDER BY place
                """,
            arguments: [
                numbers.lowerBound * multiple, numbers.upperBound * multiple + multiple - 1, multiple,
                Int64(RecordSeal.evidenceCounter),
            ])
        var contents = Contents()
        while let row = try rows.next() {
            let number = (row["place"] as Int64) / multiple
            if let file = row["file"] as String? { contents.files.append(file) }
            if row["kept"], contents.numbers.last != number { contents.numbers.append(number) }
        }
        return contents
    }

    private static func remove(_ numbers: [Int64], _ database: Database) throws {
        let multiple = LogAppender.partsOfRecord
        let statement = try PreparedStatement(
            database, "UPDATE part SET bytes = NULL WHERE place BETWEEN ?1 AND ?2 AND place != ?3")
        for number in numbers {
            let place = number * multiple
            try statement.run(
                .integer(place), .integer(place + multiple - 1), .integer(place + Int64(RecordSeal.evidenceCounter)))
        }
    }
}
