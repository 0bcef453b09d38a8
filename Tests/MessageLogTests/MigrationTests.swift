import Foundation
import MessageLog
import TestSupport
import Testing
import XRoadModel

@testable import Storage

/// A log that version 1 wrote, whose records lie in the clear, becomes one of version 2.
@Suite struct MigrationTests {
    private let log: TestLog
    private static let marker = "MARKER-IN-CLEAR"
    /// Names that version 1 gave, by number.
    private static let names = [
        1: "01a0c450-6c01-78e4-89b8-2ae32df7611c", 4: "01a0c450-6c04-7bd5-9e01-4663fecdcef1",
        6: "01a0c450-6c06-7edd-b4df-87fac9e49d79", 10: "01a0c450-6c0a-7784-87a8-af794ca4a1ad",
    ]

    init() throws {
        log = try TestLog()
        let fixture = try #require(Bundle.module.url(forResource: "Fixtures/log-version-1", withExtension: nil))
        try FileManager.default.copyItem(at: fixture, to: URL(fileURLWithPath: log.path))
        for folder in ["", "/content"] { chmod(log.path + folder, 0o700) }
        chmod(log.database, 0o600)
    }

    @Test func recordsKeepTheirContentAndNames() async throws {
        let journal = try log.open()
        let reader = journal.reader
        #expect(try await reader.list(LogFilter(), limit: 100).count == 12)
        for number in 1...12 {
            let logged = try await reader.record(named: "\(reader.logIdentifier)-\(number)")
            let isRest = number % 3 == 0
            let text =
                isRest
                ? "GET /births?person=\(Self.marker)-\(number) HTTP/1.1\r\n" : "<Envelope>\(Self.marker) \(number)</Envelope>"
            #expect(String(decoding: logged.record.messagePart, as: UTF8.self) == text)
            #expect(logged.record.entry.requestIdentifier == "request-\(number)")
            #expect(logged.record.entry.side == (number <= 8 ? .consumer : .provider))
            #expect(logged.record.owner.memberCode == (number <= 8 ? "GAM" : "a/b%2F"))
            #expect(String(decoding: logged.record.signature.signature, as: UTF8.self) == "<signature \((number + 1) / 2)/>")
            #expect((logged.record.signature.hashChain != nil) == (number % 2 == 0))
            #expect(try bodies(logged) == expectedBodies(number))
        }
        for (number, name) in Self.names { #expect(try await reader.record(named: name).identifier.number == Int64(number)) }
        await journal.close()
    }

    private func bodies(_ logged: LoggedRecord) throws -> [[UInt8]] {
        try logged.record.attachments.map { body in
            guard case .inline(let bytes) = body else { throw POSIXError(.EINVAL) }
            return bytes
        }
    }

    private func expectedBodies(_ number: Int) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        if number % 3 == 0 { bodies = [Array("{\"name\":\"\(Self.marker) \(number)\"}".utf8)] }
        if number == 4 { bodies = [[1, 2, 3], []] }
        if number == 6 || number == 10 { bodies.append([UInt8](repeating: UInt8(number), count: 66_000)) }
        return bodies
    }

    @Test func recordsAreEntriesOfTheTree() async throws {
        let journal = try log.open()
        let reader = journal.reader
        var frontier = MerkleFrontier()
        var kinds: [String] = []
        for try await entry in reader.entries(1...100) {
            #expect(entry.number == frontier.size + 1)
            let leaf = try #require(entry.leaf)
            #expect(entry.leafHash == MerkleTree.leafHash(leaf))
            _ = frontier.append(entry.leafHash)
            if case .event(let event) = entry { kinds.append(event.kind + event.statement) }
        }
        #expect(frontier.size == 13)
        #expect(try TreeProofs(reader).root(of: 13) == frontier.root)
        #expect(
            kinds == [#"migration{"event":"migration","from-schema":"1","records":"1-12","to-schema":"2"}"#])
        await journal.close()
    }

    @Test func nothingStaysInTheClear() async throws {
        #expect(try log.files(containing: Self.marker) == ["messagelog.sqlite"])
        let journal = try log.open()
        #expect(try log.files(containing: Self.marker) == [])
        await journal.close()
        #expect(try log.files(containing: Self.marker) == [])
        #expect(!FileManager.default.fileExists(atPath: log.database + ".version-1"))
        let names = try log.sqlite("SELECT file FROM part WHERE file IS NOT NULL ORDER BY file").split(separator: "\n")
        #expect(try log.contentFiles == names.map(String.init))
        #expect(names.count == 2 && names.allSatisfy { !$0.hasPrefix("01a0c450") })
        #expect(try log.sqlite("PRAGMA integrity_check") == "ok")
    }

    @Test func unusedKeysAreNotKept() async throws {
        await (try log.open()).close()
        #expect(try log.sqlite("SELECT count(*) FROM record_key; SELECT count(*) FROM key_block", in: log.keyDatabase) == "12\n0")
        #expect(try log.sqlite("SELECT count(*) FROM member_key", in: log.keyDatabase) == "2")
    }

    @Test func failureLeavesTheOldLog() async throws {
        let before = try log.sqlite(".dump")
        let failure = #expect(throws: StorageFailure.self) {
            try SQLiteJournal(
                folder: log.path, passphrase: TestLog.passphrase, settings: TestLog.settings,
                laterSteps: [StoreSchema.sql("ALTER TABLE nothing ADD COLUMN later TEXT")])
        }
        guard case .migrationFailed(log.database, let copy, _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(try log.sqlite(".dump") == before)
        #expect(try log.sqlite(".dump", in: copy) == before)
        try await recordsKeepTheirContentAndNames()
        try await nothingIsLeftOfTheAttempt()
    }

    @Test func beingKilledLeavesTheOldLogOrTheNew() async throws {
        let before = try log.sqlite(".dump")
        for _ in 0..<5 {
            try JournalProcess(log.path, "one-by-one").kill(after: .random(in: 0...40))
            guard try log.sqlite("SELECT version FROM schema") == "1" else { break }
            #expect(try log.sqlite(".dump") == before)
        }
        try await nothingIsLeftOfTheAttempt()
    }

    private func nothingIsLeftOfTheAttempt() async throws {
        await (try log.open()).close()
        #expect(try log.contentFiles.count == 2)
        #expect(try log.files(containing: Self.marker) == [])
        let records = try log.sqlite("SELECT count(*) FROM record")
        #expect(try log.sqlite("SELECT count(*) FROM record_key", in: log.keyDatabase) == records)
    }

    /// Content that was lost before is not there afterwards either, and keeps nobody from the rest.
    @Test func lostContentFileStaysLost() async throws {
        let name = try #require(Self.names[6])
        unlink("\(log.path)/content/\(name)-2")
        let journal = try log.open()
        let failure = await #expect(throws: MessageLogFailure.self) { try await journal.reader.record(named: name) }
        guard case .contentMissing = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(try await journal.reader.record(named: Self.names[10] ?? "").record.attachments.count == 1)
        await journal.close()
        _ = try log.open()
    }
}
