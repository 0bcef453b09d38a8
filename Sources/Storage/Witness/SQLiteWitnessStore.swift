import Foundation
import GRDB
import MessageLog
import PKI
import XRoadModel

/// What a witness has cosigned, in an SQLite file of a private folder. One process writes; every commit is on the disk before it
/// returns. Nothing is ever removed.
package final class SQLiteWitnessStore: WitnessStore {
    private static let file = "witness.sqlite"

    private let database: any DatabaseReader
    private let writer: DatabasePool?
    private let lock: FolderLock?

    /// For the witness itself: makes the store where there is none.
    package init(folder path: String) throws(StorageFailure) {
        let folder = try PrivateFolder(path: path)
        lock = try FolderLock(folder)
        let pool = try DurableDatabase(in: folder, file: Self.file, schema: .witness, automaticCheckpoints: true).pool
        writer = pool
        database = pool
    }

    /// For commands beside a running witness: takes no lock and changes nothing.
    package init(reading path: String) throws(StorageFailure) {
        database = try DurableDatabase.reader("\(path)/\(Self.file)", schema: StoreSchema.witness.version)
        writer = nil
        lock = nil
    }

    package func latest(of origin: NoteName) async throws(MessageLogFailure) -> SignedCheckpoint? {
        try await checkpoint(of: origin, size: nil)
    }

    /// The last one that was cosigned, or the last of one size.
    package func checkpoint(of origin: NoteName, size: Int64?) async throws(MessageLogFailure) -> SignedCheckpoint? {
        do {
            return try await database.read { try Self.latest(of: origin, size: size, $0) }
        } catch {
            throw MessageLogFailure("read cosigned checkpoint", error)
        }
    }

    /// Compares and keeps in one transaction. If the process dies before this returns, the checkpoint may or may not be there: the
    /// log asks again, and gets the cosignature of the same tree or is told the size.
    package func save(
        _ cosigned: SignedCheckpoint, expectedSize: Int64, at time: Instant
    ) async throws(MessageLogFailure) -> Bool {
        guard let writer else { throw .storageFailed(step: "save cosigned checkpoint", detail: "opened for reading") }
        do {
            return try await writer.write { database in
                let last = try Self.latest(of: cosigned.checkpoint.origin, size: nil, database)
                guard (last?.checkpoint.size ?? 0) == expectedSize else { return false }
                if let last, last.note.text == cosigned.note.text {
                    // The same again: only the cosignature is a newer one.
                    let sql =
                        "UPDATE cosigned SET time = ?, note = ? WHERE number = (SELECT max(number) FROM cosigned WHERE origin = ?)"
                    try PreparedStatement(database, sql).run(
                        .integer(time.millisecondsSince1970), .blob(cosigned.note.encoded), .blob(Self.key(cosigned)))
                } else {
                    let sql = "INSERT INTO cosigned (origin, size, time, note) VALUES (?, ?, ?, ?)"
                    try PreparedStatement(database, sql).run(
                        .blob(Self.key(cosigned)), .integer(cosigned.checkpoint.size), .integer(time.millisecondsSince1970),
                        .blob(cosigned.note.encoded))
                }
                return true
            }
        } catch {
            throw MessageLogFailure("save cosigned checkpoint", error)
        }
    }

    private static func latest(of origin: NoteName, size: Int64?, _ database: Database) throws -> SignedCheckpoint? {
        let condition = size == nil ? "" : " AND size = ?"
        let row = try Row.fetchOne(
            database, sql: "SELECT note FROM cosigned WHERE origin = ?\(condition) ORDER BY number DESC LIMIT 1",
            arguments: size.map { [key(origin), $0] } ?? [key(origin)])
        return try row.map { try SignedCheckpoint($0.bytes("note")) }
    }

    private static func key(_ checkpoint: SignedCheckpoint) -> [UInt8] { Array(checkpoint.checkpoint.origin.text.utf8) }
    private static func key(_ origin: NoteName) -> Data { Data(origin.text.utf8) }
}

extension StoreSchema {
    /// `origin` is bytes, so that nothing but the same bytes is the same log. `note` holds the log's signatures that were verified and
    /// the cosignature.
    static let witness = StoreSchema(steps: [
        sql(
            """
            CREATE TABLE cosigned (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                origin BLOB NOT NULL,
                size INTEGER NOT NULL,
                time INTEGER NOT NULL,
                note BLOB NOT NULL
            ) STRICT;
            CREATE INDEX cosigned_origin ON cosigned (origin, number);
            """)
    ])
}
