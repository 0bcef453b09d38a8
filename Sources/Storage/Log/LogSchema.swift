import Foundation
import GRDB

/// The message log's tables, as a list of steps: the schema's version is the number of steps that were made.
struct LogSchema: Sendable {
    let steps: [String]

    static let current = LogSchema(steps: [version1])

    var version: Int { steps.count }

    /// Client and provider are codes joined by `/`, with `%` and `/` in codes as `%25` and `%2F`. `message_part` and `bytes` may
    /// hold personal data and lie in the clear: file mode and folder mode protect them.
    private static let version1 = """
        CREATE TABLE record (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            time INTEGER NOT NULL,
            side TEXT NOT NULL,
            direction TEXT NOT NULL,
            kind TEXT NOT NULL,
            request_identifier TEXT NOT NULL,
            message_identifier TEXT NOT NULL,
            client TEXT NOT NULL,
            provider TEXT NOT NULL,
            service_code TEXT NOT NULL,
            service_version TEXT,
            byte_count INTEGER NOT NULL,
            configuration_hash BLOB NOT NULL,
            message_part BLOB NOT NULL,
            signature BLOB NOT NULL,
            hash_chain_result BLOB,
            hash_chain BLOB
        ) STRICT;
        CREATE INDEX record_time ON record (time);
        CREATE INDEX record_request_identifier ON record (request_identifier);
        CREATE INDEX record_message_identifier ON record (message_identifier);
        CREATE TABLE attachment (
            record INTEGER NOT NULL REFERENCES record (number),
            position INTEGER NOT NULL,
            byte_count INTEGER NOT NULL,
            bytes BLOB,
            file TEXT UNIQUE,
            file_key BLOB,
            PRIMARY KEY (record, position),
            CHECK ((bytes IS NULL) = (file IS NOT NULL) AND (file IS NULL) = (file_key IS NULL))
        ) STRICT;
        """

    /// 0 for a new database.
    static func version(of database: Database) throws -> Int {
        guard try database.tableExists("schema") else { return 0 }
        return try Int.fetchOne(database, sql: "SELECT version FROM schema") ?? 0
    }

    /// Brings the database to this version. An older one is copied first; all steps are one transaction: if the process dies or
    /// a step fails the database is as it was.
    func migrate(_ pool: DatabasePool, in folder: PrivateFolder, file: String) throws {
        let found = try pool.read(Self.version(of:))
        let path = folder.file(file)
        guard found <= version else { throw StorageFailure.newerSchema(path: path, found: found, supported: version) }
        guard found < version else { return }
        let copy = found == 0 ? nil : try Self.copy(pool, in: folder, named: "\(file).version-\(found)")
        do {
            try pool.write { database in
                for step in steps[found...] { try database.execute(sql: step) }
                try database.execute(
                    sql: "CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL) STRICT; DELETE FROM schema")
                try database.execute(sql: "INSERT INTO schema VALUES (?)", arguments: [version])
            }
        } catch {
            throw StorageFailure.migrationFailed(path: path, copy: copy ?? "", detail: "\(error)")
        }
    }

    /// A whole, synced copy. One that an interrupted migration left is replaced: the database is still the older one.
    private static func copy(_ pool: DatabasePool, in folder: PrivateFolder, named name: String) throws -> String {
        unlink(folder.file(name))
        let copy = try folder.privateFile(name)
        try pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: copy))
        try handle.synchronize()
        try handle.close()
        return copy
    }
}
