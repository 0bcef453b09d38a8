import Foundation
import GRDB
import MessageLog
import PKI

/// A log's folder, opened for writing and brought to this version, with what a died process left behind cleared.
struct LogFolder {
    let database: DurableDatabase
    /// The reader's access to `database`.
    let readAccess: ReadAccess
    let content: ContentFolder
    let keys: KeyStore
    let reader: SQLiteLogReader
    let frontier: MerkleFrontier

    init(
        _ folder: PrivateFolder, passphrase: SecretBytes, settings: JournalSettings, laterSteps: [StoreSchema.Step]
    ) throws(StorageFailure) {
        let path = folder.file(SQLiteJournal.file)
        do {
            try Self.requireKeys(folder)
            keys = try KeyStore(in: folder, passphrase: passphrase, cost: settings.passphraseCost)
            content = ContentFolder(path: try PrivateFolder(path: folder.file("content")).path)
            let migration = LogMigration(keys: keys, content: content)
            let schema = StoreSchema(steps: StoreSchema.log(migration: migration.run).steps + laterSteps)
            database = try DurableDatabase(in: folder, file: SQLiteJournal.file, schema: schema, automaticCheckpoints: false)
            readAccess = ReadAccess(database.pool)
            reader = try SQLiteLogReader(database: readAccess, content: content, keys: keys.keys)
            let store = try database.pool.read { try String.fetchOne($0, sql: "SELECT key_store FROM log") }
            guard store == keys.keys.storeIdentifier else {
                throw StorageFailure.foreignKeys(path: folder.file(RecordKeys.folder), log: reader.logIdentifier)
            }
            try Self.removeClearCopy(in: folder, reader, database)
            try Self.keepNumbersApart(database, keys)
            frontier = try TreeProofs(reader).frontier(of: try reader.treeSize())
            try Self.removeLeftovers(reader, keys, content)
        } catch let failure as StorageFailure {
            throw failure
        } catch let failure as MessageLogFailure {
            throw .damaged(path: path, detail: "\(failure)")
        } catch {
            throw .cannotOpen(path: path, detail: "\(error)")
        }
    }

    /// A log whose keys are gone gets no new ones: what it holds could never be read again, and nobody would have been asked.
    private static func requireKeys(_ folder: PrivateFolder) throws {
        let keyFolder = folder.file(RecordKeys.folder)
        guard access("\(keyFolder)/\(RecordKeys.file)", F_OK) != 0, access(folder.file(SQLiteJournal.file), F_OK) == 0 else {
            return
        }
        var configuration = Configuration()
        configuration.readonly = true
        let log = try DatabaseQueue(path: folder.file(SQLiteJournal.file), configuration: configuration).read { database in
            try database.tableExists("log") ? String.fetchOne(database, sql: "SELECT identifier FROM log") : nil
        }
        if let log { throw StorageFailure.foreignKeys(path: keyFolder, log: log) }
    }

    /// The copy of version 1 that the migration made holds content in the clear. It goes once every migrated record has been read
    /// back; if the process dies before, it goes when the log is next opened.
    private static func removeClearCopy(
        in folder: PrivateFolder, _ reader: SQLiteLogReader, _ database: DurableDatabase
    ) throws {
        let copy = folder.file(StoreSchema.copyName(of: SQLiteJournal.file, version: 1))
        guard access(copy, F_OK) == 0 else { return }
        do {
            try LogMigration.verify(reader)
        } catch {
            throw StorageFailure.migrationFailed(path: database.path, copy: copy, detail: "\(error)")
        }
        // The WAL may still hold pages of before.
        try database.discardFormerPages()
        guard unlink(copy) == 0, PrivateFolder.sync(folder.path) else {
            throw StorageFailure.cannotOpen(path: copy, detail: String(cString: strerror(errno)))
        }
    }

    /// Each opening has 2^40 numbers of data keys to itself. Otherwise a key store that was restored from a copy would give numbers
    /// again that records have already, and erasing one of them would destroy the key of another.
    private static func keepNumbersApart(_ database: DurableDatabase, _ keys: KeyStore) throws {
        let openings = try database.pool.write { database in
            try database.execute(sql: "UPDATE log SET openings = openings + 1")
            return try Int64.fetchOne(database, sql: "SELECT openings FROM log") ?? 1
        }
        try keys.beginNumbers(at: (openings - 1) << 40 + 1)
    }

    private static func removeLeftovers(_ reader: SQLiteLogReader, _ keys: KeyStore, _ content: ContentFolder) throws {
        try keys.removeUnused { after in
            try reader.database.read {
                try Int64.fetchSet($0, sql: "SELECT key FROM record WHERE number > ?", arguments: [after])
            }
        }
        try reader.database.read { database in
            let statement = try database.makeStatement(sql: "SELECT 1 FROM part WHERE file = ?")
            try content.removeOrphans { name in try Int.fetchOne(statement, arguments: [name]) != nil }
        }
    }
}
