import Foundation
import GRDB

/// A store's tables, as a list of steps: the schema's version is the number of steps that were made.
struct StoreSchema: Sendable {
    typealias Step = @Sendable (Database) throws -> Void

    let steps: [Step]

    init(steps: [Step]) { self.steps = steps }

    static func sql(_ sql: String) -> Step { { try $0.execute(sql: sql) } }

    var version: Int { steps.count }

    /// 0 for a new database.
    static func version(of database: Database) throws -> Int {
        guard try database.tableExists("schema") else { return 0 }
        return try Int.fetchOne(database, sql: "SELECT version FROM schema") ?? 0
    }

    /// Where a copy of an older version lies while it is migrated.
    static func copyName(of file: String, version: Int) -> String { "\(file).version-\(version)" }

    /// Brings the database to this version. An older one is copied first; all steps are one transaction: if the process dies or
    /// a step fails the database is as it was.
    func migrate(_ pool: DatabasePool, in folder: PrivateFolder, file: String) throws {
        let found = try pool.read(Self.version(of:))
        let path = folder.file(file)
        guard found <= version else { throw StorageFailure.newerSchema(path: path, found: found, supported: version) }
        guard found < version else { return }
        let copy = found == 0 ? nil : try Self.copy(pool, in: folder, named: Self.copyName(of: file, version: found))
        do {
            try pool.write { database in
                for step in steps[found...] { try step(database) }
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
