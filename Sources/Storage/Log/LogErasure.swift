import Dispatch
import GRDB
import MessageLog

/// Erasure: what of it is in the log first, then what it does to keys, files and rows. The second part is done again from the start
/// when the process died in it.
struct LogErasure: Sendable {
    let reader: SQLiteLogReader
    let keys: KeyStore
    let content: ContentFolder
    let queue: CommitQueue
    /// Erasures are finished one after the other.
    let turn = DispatchQueue(label: "erasures", qos: .utility)

    /// Records whose remains go at once.
    private static let batchLength = 1000

    /// Appends the event and marks the records, in one transaction: once it is durable their content counts as erased.
    func begin(_ numbers: [Int64], _ event: LogEvent, _ database: Database, _ appender: LogAppender) throws -> Int64 {
        if let held = try HeldRecords(database, log: reader.logIdentifier).first(of: RecordRanges(numbers), database) {
            throw MessageLogFailure.recordHeld(name: reader.identifier(held.number).name, caseName: held.matter)
        }
        for number in numbers {
            let sql = "SELECT coalesce(erased_by, 0) FROM record WHERE number = ?"
            guard let erasedBy = try Int64.fetchOne(database, sql: sql, arguments: [number]) else {
                throw MessageLogFailure.unknownRecord(name: reader.identifier(number).name)
            }
            guard erasedBy == 0 else {
                throw MessageLogFailure.recordErased(name: reader.identifier(number).name, event: erasedBy)
            }
        }
        let event = try appender.append(event)
        let mark = try PreparedStatement(
            database,
            """
            UPDATE record SET erased_by = ?,
                signature_digest = CASE signature_on_erasure WHEN 'destroy' THEN NULL ELSE signature_digest END
            WHERE number = ?
            """)
        let note = try PreparedStatement(database, "INSERT INTO erasing VALUES (?)")
        try PreparedStatement(database, "UPDATE log SET last_erasure = ?").run(.integer(event))
        for number in Set(numbers) {
            try mark.run(.integer(event), .integer(number))
            try note.run(.integer(number))
        }
        return event
    }

    /// When the log is opened: a key store that was restored from a copy may have keys again that erasures had destroyed. They are
    /// erased anew, and so is what a process that died has left. Blocks the thread.
    func resume() throws(MessageLogFailure) {
        let reached = try keys.lastErasure()
        let last: Int64
        do {
            last = try reader.database.read { try Int64.fetchOne($0, sql: "SELECT last_erasure FROM log") } ?? 0
        } catch { throw MessageLogFailure("erase", error) }
        if last > reached {
            let again = LogWrite.change { database, _ in
                try database.execute(
                    sql: "INSERT OR IGNORE INTO erasing SELECT number FROM record WHERE erased_by > ?", arguments: [reached])
                return 0
            }
            _ = try queue.perform(again).get()
        }
        try finish()
    }

    private struct Remains: Sendable {
        let numbers: [Int64]
        let keys: [Int64]
        let files: [String]
        let lastErasure: Int64
    }

    /// Destroys what is left of erased records. Blocks the thread.
    ///
    /// If the process dies after the keys are gone, ciphertext and files are left that nobody can open; the records are still in
    /// `erasing`, and all of this is done again. Only when everything is gone are they taken from there.
    func finish() throws(MessageLogFailure) {
        while true {
            let remains: Remains
            do { remains = try reader.database.read(Self.remains) } catch { throw MessageLogFailure("erase", error) }
            guard !remains.numbers.isEmpty else { return }
            try keys.destroy(remains.keys, erasure: remains.lastErasure)
            for file in remains.files { content.remove(file) }
            let change = LogWrite.change { database, _ in
                try Self.remove(remains.numbers, database)
                return 0
            }
            _ = try queue.perform(change).get()
        }
    }

    private static func remains(_ database: Database) throws -> Remains {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT number, key, erased_by FROM erasing JOIN record ON number = erasing.record ORDER BY number LIMIT ?",
            arguments: [batchLength])
        let multiple = LogAppender.partsOfRecord
        let files = try rows.flatMap { row in
            let place = (row["number"] as Int64) * multiple
            return try String.fetchAll(
                database, sql: "SELECT file FROM part WHERE place BETWEEN ? AND ? AND file IS NOT NULL",
                arguments: [place, place + multiple - 1])
        }
        return Remains(
            numbers: rows.map { $0["number"] }, keys: rows.map { $0["key"] }, files: files,
            lastErasure: rows.map { $0["erased_by"] }.max() ?? 0)
    }

    /// Evidence stays where the policy keeps the signature: then it is not sealed.
    private static func remove(_ numbers: [Int64], _ database: Database) throws {
        let multiple = LogAppender.partsOfRecord
        let evidence = Int64(RecordSeal.evidenceCounter)
        let content = try PreparedStatement(
            database, "UPDATE part SET bytes = NULL WHERE place BETWEEN ?1 AND ?2 AND place != ?3")
        let sealedEvidence = try PreparedStatement(
            database,
            """
            DELETE FROM part WHERE place = ?1
                AND (SELECT signature_on_erasure FROM record WHERE number = ?2) = 'destroy'
            """)
        let done = try PreparedStatement(database, "DELETE FROM erasing WHERE record = ?")
        for number in numbers {
            let place = number * multiple
            try content.run(.integer(place), .integer(place + multiple - 1), .integer(place + evidence))
            try sealedEvidence.run(.integer(place + evidence), .integer(number))
            try done.run(.integer(number))
        }
    }
}

extension SQLiteJournal {
    /// Erases the content of records: what is personal can no longer be opened by anybody, archives and copies of the log included;
    /// who exchanged what and when stays, and so does the tree. `event` is the log's own entry about it. Fails without having erased
    /// anything where a record is unknown, on hold or erased already. When it returns the keys are destroyed; if the process dies before, the
    /// next opening of the log goes on.
    package func erase(_ numbers: [Int64], event: LogEvent) async throws(MessageLogFailure) -> RecordIdentifier {
        let number = try await change { [erasure] database, appender in
            try erasure.begin(numbers, event, database, appender)
        }
        try await onQueue(erasure.turn) { [erasure] () throws(MessageLogFailure) in try erasure.finish() }
        return reader.identifier(number)
    }

    package func erase(_ records: RecordRanges, event: LogEvent) async throws(MessageLogFailure) -> RecordIdentifier {
        try await erase(Array(records.numbers), event: event)
    }
}
