import GRDB
import MessageLog
import XRoadModel

/// A signed statement of the log's tree at one size, as it was made.
package struct StoredCheckpoint: Hashable, Sendable {
    package let size: Int64
    package let time: Instant
    /// A signed note.
    package let note: [UInt8]

    package init(size: Int64, time: Instant, note: [UInt8]) {
        self.size = size
        self.time = time
        self.note = note
    }
}

extension SQLiteJournal {
    /// Replaces one of the same size: cosignatures come later.
    package func save(_ checkpoint: StoredCheckpoint) async throws(MessageLogFailure) {
        _ = try await change { database, _ in
            try PreparedStatement(database, "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)").run(
                .integer(checkpoint.size), .integer(checkpoint.time.millisecondsSince1970), .blob(checkpoint.note))
            return 0
        }
    }
}

extension SQLiteLogReader {
    /// The smallest of at least this size, which covers its entries; nil where there is none yet.
    package func checkpoint(ofSizeAtLeast size: Int64) async throws(MessageLogFailure) -> StoredCheckpoint? {
        try await reading("read checkpoint") {
            try Self.checkpoint("size >= ? ORDER BY size LIMIT 1", [size], $0)
        }
    }

    package func lastCheckpoint() async throws(MessageLogFailure) -> StoredCheckpoint? {
        try await reading("read checkpoint") { try Self.checkpoint("1 ORDER BY size DESC LIMIT 1", [], $0) }
    }

    private static func checkpoint(
        _ condition: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> StoredCheckpoint? {
        try Row.fetchOne(database, sql: "SELECT * FROM checkpoint WHERE \(condition)", arguments: arguments).map { row in
            StoredCheckpoint(
                size: row["size"], time: Instant(millisecondsSince1970: row["time"]), note: row.bytes("note"))
        }
    }
}
