import Foundation
import GRDB
import MessageLog
import TestSupport
import Testing

@testable import Storage

@Suite struct JournalOpeningTests {
    private let log: TestLog

    init() throws { log = try TestLog() }

    @Test func everyCommitIsSynced() throws {
        let folder = try PrivateFolder(path: log.path)
        let database = try DurableDatabase(in: folder, file: "any.sqlite", schema: .log(), automaticCheckpoints: false)
        let (synchronous, checkpoint, mode, overwrites) = try database.pool.writeWithoutTransaction {
            (
                try Int.fetchOne($0, sql: "PRAGMA synchronous"), try Int.fetchOne($0, sql: "PRAGMA wal_autocheckpoint"),
                try String.fetchOne($0, sql: "PRAGMA journal_mode"), try Int.fetchOne($0, sql: "PRAGMA secure_delete")
            )
        }
        #expect(synchronous == 2)
        #expect(checkpoint == 0)
        #expect(mode == "wal")
        #expect(overwrites == 1)
    }

    @Test func filesArePrivate() async throws {
        let journal = try log.open()
        _ = try await journal.append(TestLog.record())
        let files = try FileManager.default.subpathsOfDirectory(atPath: log.path)
        #expect(
            Set(files).isSuperset(of: [
                "messagelog.sqlite", "messagelog.sqlite-wal", "messagelog.sqlite-shm", "lock", "content", "keys",
                "keys/recordkeys.sqlite", "keys/recordkeys.sqlite-wal",
            ]))
        for file in files + ["."] {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(log.path)/\(file)")[.posixPermissions] as? Int ?? 0
            #expect(mode & 0o077 == 0, "\(file): \(String(mode, radix: 8))")
        }
    }

    @Test func folderThatOthersCanReadIsRefused() throws {
        try FileManager.default.createDirectory(atPath: log.path, withIntermediateDirectories: false)
        chmod(log.path, 0o750)
        #expect(throws: StorageFailure.notPrivate(path: log.path, mode: "750")) { try log.open() }
        chmod(log.path, 0o700)
        _ = FileManager.default.createFile(atPath: log.database, contents: nil)
        chmod(log.database, 0o644)
        #expect(throws: StorageFailure.notPrivate(path: log.database, mode: "644")) { try log.open() }
    }

    @Test func secondWriterIsRefused() async throws {
        let first = try log.open()
        #expect(throws: StorageFailure.inUse(path: log.path)) { try log.open() }
        await first.close()
        _ = try log.open()
    }

    @Test(.timeLimit(.minutes(1))) func droppedJournalLetsGoOfItsFolder() async throws {
        do { _ = try await log.open().append(TestLog.record()) }
        while true {
            do {
                _ = try log.open()
                return
            } catch StorageFailure.inUse {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Test func otherProcessReadsBesideTheWriter() async throws {
        let journal = try log.open()
        let name = try await journal.append(TestLog.record()).identifier.name
        #expect(try await log.openReader().record(named: name).record.messagePart == Array("message".utf8))
        await journal.close()
        #expect(try await log.openReader().record(named: name).record.messagePart == Array("message".utf8))
        let reader = try SQLiteLogReader(folder: log.path, keys: nil)
        #expect(try await reader.list(LogFilter(), limit: 5).count == 1)
        await #expect(throws: MessageLogFailure.keysMissing) { try await reader.record(named: name) }
        #expect(throws: StorageFailure.self) { try SQLiteLogReader(folder: "/nonexistent", keys: nil) }
    }

    @Test func leftoversAreCleared() async throws {
        var journal: SQLiteJournal? = try log.open()
        let content = try #require(journal?.contentFolder)
        let file = try TestSealedFile([1, 2, 3], folder: content)
        _ = try await journal?.append(TestLog.record(attachments: [.contentFile(file)]))
        await journal?.close()
        journal = nil
        for name in ["spool-0123", "0190-no-row-1"] { try Data([1]).write(to: URL(fileURLWithPath: "\(content)/\(name)")) }
        _ = try log.open()
        #expect(try log.contentFiles == ["1-1"])
    }

    @Test func newerSchemaIsRefused() async throws {
        await (try log.open()).close()
        _ = try log.sqlite("UPDATE schema SET version = 3")
        #expect(throws: StorageFailure.newerSchema(path: log.database, found: 3, supported: 2)) { try log.open() }
        #expect(throws: StorageFailure.newerSchema(path: log.database, found: 3, supported: 2)) {
            try SQLiteLogReader(folder: log.path, keys: nil)
        }
    }

    @Test func readerDoesNotMigrate() throws {
        _ = try PrivateFolder(path: log.path).privateFile("messagelog.sqlite")
        #expect(throws: StorageFailure.olderSchema(path: log.database, found: 0, supported: 2)) {
            try SQLiteLogReader(folder: log.path, keys: nil)
        }
    }

    @Test func notADatabaseIsRefused() throws {
        _ = try PrivateFolder(path: log.path).privateFile("messagelog.sqlite")
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: log.database), options: [])
        chmod(log.database, 0o600)
        #expect(throws: StorageFailure.self) { try log.open() }
    }

    private static let later = StoreSchema.sql("ALTER TABLE record ADD COLUMN later TEXT")

    private func open(_ laterSteps: StoreSchema.Step...) throws -> SQLiteJournal {
        try SQLiteJournal(
            folder: log.path, passphrase: TestLog.passphrase, settings: TestLog.settings, laterSteps: laterSteps)
    }

    @Test func olderSchemaMigratesAfterACopy() async throws {
        let journal = try log.open()
        let name = try await journal.append(TestLog.record()).identifier.name
        await journal.close()
        let newer = try open(Self.later)
        #expect(try await newer.reader.record(named: name).record.messagePart == Array("message".utf8))
        await newer.close()
        #expect(try log.sqlite("SELECT version FROM schema; SELECT later IS NULL FROM record") == "3\n1")
        let copy = log.database + ".version-2"
        #expect(try log.sqlite("SELECT version FROM schema; SELECT number FROM record", in: copy) == "2\n1")
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func failedMigrationChangesNothing() async throws {
        await (try log.open()).close()
        let failure = #expect(throws: StorageFailure.self) {
            try open(Self.later, StoreSchema.sql("ALTER TABLE nothing ADD COLUMN later TEXT"))
        }
        guard case .migrationFailed(log.database, log.database + ".version-2", _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(
            try log.sqlite("SELECT version FROM schema; SELECT count(*) FROM pragma_table_info('record') WHERE name = 'later'")
                == "2\n0")
        _ = try log.open()
    }
}
