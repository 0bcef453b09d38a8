import Foundation
import MessageLog
import Storage
import TestSupport
import Testing

/// The journal in a process of its own that is killed, or whose disk is full.
@Suite(.serialized, .timeLimit(.minutes(10))) struct JournalCrashTests {
    private let log: TestLog

    init() throws { log = try TestLog() }

    /// What all processes together have said.
    private struct Said {
        var committed: Set<Int64> = []
        var erasing: Set<Int64> = []
        var erased: Set<Int64> = []
        var stamped: Int64 = 0
        var rotations = 0

        /// The last line may be cut.
        mutating func add(_ lines: [String]) {
            for line in lines where line.hasSuffix(".") {
                let words = line.dropLast().split(separator: " ")
                switch (words.first, words.last.flatMap { Int64($0) }) {
                case ("erasing", let number?): erasing.insert(number)
                case ("erased", let number?): erased.insert(number)
                case ("stamped", let number?): stamped = max(stamped, number)
                case ("rotated", _): rotations += 1
                default: JournalCrashTests.number(line).map { _ = committed.insert($0) }
                }
            }
        }
    }

    /// Of the record that a line names.
    private static func number(_ line: String) -> Int64? {
        line.wholeMatch(of: /[0-9a-f]{8}-([0-9]+)\./).flatMap { Int64($0.1) }
    }

    @Test func everythingSurvivesBeingKilled() async throws {
        var said = Said()
        var wrapped: [Int64: Set<[UInt8]>] = [:]
        for _ in 0..<12 {
            said.add(try await JournalProcess(log.path, "endless").killed(after: .random(in: 0...300)))
            #expect(try log.sqlite("PRAGMA integrity_check") == "ok")
            #expect(try log.sqlite("PRAGMA integrity_check", in: log.keyDatabase) == "ok")
            #expect(try log.files(containing: "secret content") == [])
            let journal = try log.open()
            try await check(said, journal)
            for (number, keys) in wrapped where said.erased.contains(number) {
                for key in keys { #expect(try keyFiles().allSatisfy { $0.range(of: Data(key)) == nil }) }
                wrapped[number] = nil
            }
            try remember(&wrapped)
            await journal.close()
        }
        #expect(said.committed.count > 100 && said.erased.count > 20 && said.stamped > 100 && said.rotations > 5)
        let referee = try RefereeLog.read(log)
        #expect(said.committed.allSatisfy { referee.records["\($0)"] != nil })
    }

    private func check(_ said: Said, _ journal: SQLiteJournal) async throws {
        let reader = journal.reader
        for number in said.committed {
            let name = "\(reader.logIdentifier)-\(number)"
            do throws(MessageLogFailure) {
                let logged = try await reader.record(named: name)
                #expect(!said.erased.contains(number))
                check(logged)
                #expect(number > said.stamped || logged.timestamp != nil)
            } catch {
                guard case .recordErased = error else { throw error }
                #expect(said.erasing.contains(number))
            }
        }
        var frontier = MerkleFrontier()
        var files: [String] = []
        for try await entry in reader.entries(1...(try reader.treeSize())) {
            if let leaf = entry.leaf { #expect(MerkleTree.leafHash(leaf) == entry.leafHash) }
            _ = frontier.append(entry.leafHash)
            if case .message(let message) = entry, message.erasedBy == nil { files += message.parts.compactMap(\.file) }
        }
        #expect(try TreeProofs(reader).root(of: frontier.size) == frontier.root)
        #expect(try log.contentFiles == files.sorted())
        try checkKeys()
    }

    /// Every record that is not erased has its key, and there is no other.
    private func checkKeys() throws {
        let used = try log.sqlite("SELECT key FROM record WHERE erased_by IS NULL ORDER BY key")
        #expect(try log.sqlite("SELECT number FROM record_key ORDER BY number", in: log.keyDatabase) == used)
        #expect(try log.sqlite("SELECT count(*) FROM key_block", in: log.keyDatabase) == "0")
    }

    /// Keys as they are wrapped now, of some records that may be erased later.
    private func remember(_ wrapped: inout [Int64: Set<[UInt8]>]) throws {
        let numbers = try log.sqlite("SELECT number || ' ' || key FROM record WHERE erased_by IS NULL ORDER BY random() LIMIT 50")
        for line in numbers.split(separator: "\n") {
            let fields = line.split(separator: " ").compactMap { Int64($0) }
            let key = try log.blobs("wrapped", "record_key WHERE number = \(fields[1])", in: log.keyDatabase)
            wrapped[fields[0], default: []].formUnion(key)
        }
    }

    private func keyFiles() throws -> [Data] {
        let folder = log.path + "/keys"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
            FileManager.default.contents(atPath: "\(folder)/\($0)")
        }
    }

    /// The record is whole: its content follows from its number.
    private func check(_ logged: LoggedRecord) {
        let text = "secret content \(logged.record.entry.messageIdentifier);"
        #expect(logged.record.messagePart == Array(String(repeating: text, count: 3000 / text.utf8.count).utf8))
        guard logged.record.entry.requestIdentifier == "file" else { return #expect(logged.record.attachments.isEmpty) }
        guard case .inline(let body) = logged.record.attachments.first else {
            Issue.record("\(text) has no body")
            return
        }
        #expect(body.count == 131_172 && body.starts(with: text.utf8))
    }

    /// The database may not grow beyond a limit: whoever is told of a failure has no record, and everything goes on afterwards.
    @Test func fullDiskFailsTruthfullyAndRecovers() async throws {
        let lines = try runTool(JournalProcess.program, [log.path, "full"]).text.split(separator: "\n").map(String.init)
        #expect(lines.last == "end.")
        let failed = lines.filter { $0.hasPrefix("failed") }
        #expect(failed.count == 3)
        let reasons = ["the disk of the message log is full", "the message log failed"]
        #expect(failed.allSatisfy { line in reasons.contains { line.contains($0) } }, "\(failed)")
        let committed = lines.compactMap(Self.number)
        #expect(committed.count > 50)
        #expect(lines.suffix(21).compactMap(Self.number).count == 20)
        #expect(try log.sqlite("PRAGMA integrity_check") == "ok")
        #expect(committed == Array(1...Int64(committed.count)))
        #expect(try log.sqlite("SELECT count(*) FROM record") == "\(committed.count)")
    }

    /// Between taking a record and telling of it, what was written to the WAL is synced.
    @Test(.enabled(if: (try? runTool("strace", ["-V"]).status) == 0)) func appendReturnsAfterTheSync() throws {
        let trace = log.folder.url.appendingPathComponent("trace").path
        _ = try runTool(
            "strace",
            [
                "-f", "-y", "-e", "trace=fdatasync,fsync,pwrite64,write", "-o", trace, JournalProcess.program, log.path,
                "one-by-one",
            ])
        var unsynced = 0
        var synced = 0
        var announced = 0
        for call in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
            if call.contains("pwrite64("), call.contains("messagelog.sqlite-wal") { unsynced += 1 }
            if call.contains("sync"), call.hasSuffix("= 0") {
                synced += unsynced > 0 ? 1 : 0
                unsynced = 0
            }
            if call.contains(" write(1<"), call.firstMatch(of: /-[0-9]+\.\\n"/) != nil {
                announced += 1
                #expect(unsynced == 0 && synced >= announced, "record \(announced) was announced before its sync")
            }
        }
        #expect(announced == 20)
    }
}
