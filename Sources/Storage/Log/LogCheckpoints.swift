import GRDB
import MessageLog
import XRoadModel

/// Checkpoints of the log's tree, in the log's database: what they are signed of is durable there before them.
extension SQLiteJournal: CheckpointStore {
    package func latest() async throws(MessageLogFailure) -> KeptCheckpoint? { try await reader.latest() }

    package func checkpoints(after size: Int64, limit: Int) async throws(MessageLogFailure) -> [KeptCheckpoint] {
        try await reader.checkpoints(after: size, limit: limit)
    }

    package func save(_ checkpoint: SignedCheckpoint, at time: Instant) async throws(MessageLogFailure) {
        let size = checkpoint.checkpoint.size
        _ = try await change { database, _ in
            let last = try Int64.fetchOne(database, sql: "SELECT max(size) FROM checkpoint") ?? 0
            guard size > last else {
                throw MessageLogFailure.storageFailed(step: "save checkpoint", detail: "the last one has \(last) entries already")
            }
            try PreparedStatement(database, "INSERT INTO checkpoint VALUES (?, ?, ?, NULL)").run(
                .integer(size), .integer(time.millisecondsSince1970), .blob(checkpoint.note.encoded))
            return 0
        }
    }

    package func save(timestamp: [UInt8], of size: Int64) async throws(MessageLogFailure) {
        _ = try await change { database, _ in
            try PreparedStatement(database, "UPDATE checkpoint SET timestamp = ? WHERE size = ?").run(
                .blob(timestamp), .integer(size))
            return 0
        }
    }

    package func save(_ cosignature: VerifiedNoteSignature, of size: Int64) async throws(MessageLogFailure) {
        _ = try await change { database, _ in
            let row = try Row.fetchOne(database, sql: "SELECT * FROM checkpoint WHERE size = ?", arguments: [size])
            guard let row else { throw MessageLogFailure.unknownCheckpoint(size: size, next: nil) }
            var signed = try SignedCheckpoint(row.bytes("note"))
            signed.replace(with: cosignature.signature)
            try PreparedStatement(database, "UPDATE checkpoint SET note = ? WHERE size = ?").run(
                .blob(signed.note.encoded), .integer(size))
            return 0
        }
    }
}

extension SQLiteLogReader: CheckpointReading {
    package func latest() async throws(MessageLogFailure) -> KeptCheckpoint? {
        try await reading("read checkpoint") { try Self.checkpoints("1 ORDER BY size DESC LIMIT 1", [], $0).first }
    }

    package func checkpoints(after size: Int64, limit: Int) async throws(MessageLogFailure) -> [KeptCheckpoint] {
        try await reading("read checkpoints") {
            try Self.checkpoints("size > ? ORDER BY size LIMIT ?", [size, max(0, limit)], $0)
        }
    }

    private static func checkpoints(
        _ condition: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> [KeptCheckpoint] {
        try Row.fetchAll(database, sql: "SELECT * FROM checkpoint WHERE \(condition)", arguments: arguments).map { row in
            KeptCheckpoint(
                time: Instant(millisecondsSince1970: row["time"]), signed: try SignedCheckpoint(row.bytes("note")),
                timestamp: row.optionalBytes("timestamp"))
        }
    }
}
