import GRDB
import MessageLog

/// The message log's SQLite file, opened for writing: WAL, and every commit synced to the disk before it returns.
struct LogDatabase: Sendable {
    static let file = "messagelog.sqlite"

    let pool: DatabasePool

    init(in folder: PrivateFolder, schema: LogSchema) throws(StorageFailure) {
        let path = try folder.privateFile(Self.file)
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.writeWithoutTransaction { database in
                // GRDB sets NORMAL when it opens a pool, after any preparation of ours: a power cut would lose commits.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // Checkpoints are the writer's: not in the middle of a group.
                _ = try Int.fetchOne(database, sql: "PRAGMA wal_autocheckpoint = 0")
            }
            try schema.migrate(pool, in: folder, file: Self.file)
            try requireDurable(path)
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            throw .cannotOpen(path: path, detail: "\(error)")
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        return configuration
    }

    /// What SQLite will do, not what it was told.
    private func requireDurable(_ path: String) throws {
        let (synchronous, mode) = try pool.writeWithoutTransaction { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA synchronous"), try String.fetchOne(database, sql: "PRAGMA journal_mode")
            )
        }
        guard synchronous == 2 else {
            throw StorageFailure.notDurable(path: path, setting: "synchronous = \(synchronous.map(String.init) ?? "unknown")")
        }
        guard mode == "wal" else { throw StorageFailure.notDurable(path: path, setting: "journal_mode = \(mode ?? "unknown")") }
    }
}

extension MessageLogFailure {
    init(_ step: String, _ error: any Error) {
        switch error {
        case let failure as MessageLogFailure: self = failure
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self = .storageFull(detail: error.message ?? "SQLITE_FULL")
        case let error as DatabaseError:
            self = .storageFailed(step: step, detail: "\(error.extendedResultCode): \(error.message ?? "")")
        default: self = .storageFailed(step: step, detail: "\(error)")
        }
    }
}
