import GRDB
import MessageLog

/// An SQLite file opened for writing: WAL, every commit synced to the disk before it returns, and what is deleted is overwritten.
struct DurableDatabase: Sendable {
    let pool: DatabasePool
    let path: String

    /// `automaticCheckpoints`: whether SQLite itself moves the WAL into the file after some commits, or its writer does.
    init(
        in folder: PrivateFolder, file: String, schema: StoreSchema, automaticCheckpoints: Bool
    ) throws(StorageFailure) {
        path = try folder.privateFile(file)
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.writeWithoutTransaction { database in
                // GRDB sets NORMAL when it opens a pool, after any preparation of ours: a power cut would lose commits.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                _ = try Int.fetchOne(database, sql: "PRAGMA secure_delete = ON")
                if !automaticCheckpoints { _ = try Int.fetchOne(database, sql: "PRAGMA wal_autocheckpoint = 0") }
            }
            try schema.migrate(pool, in: folder, file: file)
            try requireDurable()
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
        configuration.foreignKeysEnabled = false
        return configuration
    }

    /// What SQLite will do, not what it was told.
    private func requireDurable() throws {
        let (synchronous, mode, overwrites) = try pool.writeWithoutTransaction { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA synchronous"), try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA secure_delete")
            )
        }
        guard synchronous == 2 else {
            throw StorageFailure.notDurable(path: path, setting: "synchronous = \(synchronous.map(String.init) ?? "unknown")")
        }
        guard mode == "wal" else { throw StorageFailure.notDurable(path: path, setting: "journal_mode = \(mode ?? "unknown")") }
        guard overwrites == 1 else {
            throw StorageFailure.keepsDeleted(path: path, setting: "secure_delete = \(overwrites.map(String.init) ?? "unknown")")
        }
    }

    /// Moves the WAL into the file and empties it: nothing that was deleted or changed before stands in either afterwards.
    func discardFormerPages() throws {
        try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }

    /// For commands beside a running server: takes no lock and changes nothing.
    static func reader(_ path: String, schema version: Int) throws(StorageFailure) -> DatabaseQueue {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let found = try queue.read(StoreSchema.version(of:))
            if found > version { throw StorageFailure.newerSchema(path: path, found: found, supported: version) }
            if found < version { throw StorageFailure.olderSchema(path: path, found: found, supported: version) }
            return queue
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            throw .cannotOpen(path: path, detail: "\(error)")
        }
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
