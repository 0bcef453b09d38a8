import Foundation
import MessageLog
import Storage
import TestSupport
import Testing

/// The journal in a process of its own that is killed, or whose disk is full.
@Suite(.serialized, .timeLimit(.minutes(5))) struct JournalCrashTests {
    private let log: TestLog

    init() throws { log = try TestLog() }

    /// Of records, in lines that are whole.
    private func names(_ lines: [String]) -> [String] {
        lines.filter { $0.wholeMatch(of: /[0-9a-f]{8}-[0-9]+\./) != nil }.map { String($0.dropLast()) }
    }

    private func loggedNames() throws -> Set<String> {
        let sql = "SELECT identifier || '-' || number FROM record, log"
        return Set(try log.sqlite(sql).split(separator: "\n").map(String.init))
    }

    @Test func whatWasCommittedSurvivesBeingKilled() async throws {
        var committed: [String] = []
        for _ in 0..<20 {
            let names = names(try await JournalProcess(log.path, "endless").killed(after: .random(in: 0...150)))
            committed += names
            #expect(try log.sqlite("PRAGMA integrity_check") == "ok")
            let journal = try log.open()
            for name in names { try check(try await journal.reader.record(named: name)) }
            let files = try log.sqlite("SELECT file FROM part WHERE file IS NOT NULL ORDER BY file")
            #expect(try log.contentFiles == files.split(separator: "\n").map(String.init))
            await journal.close()
        }
        #expect(committed.count > 100)
        #expect(try loggedNames().isSuperset(of: committed))
    }

    /// The record is whole: its content follows from its number.
    private func check(_ logged: LoggedRecord) throws {
        let text = logged.record.entry.requestIdentifier
        #expect(logged.record.messagePart == Array(String(repeating: text + ";", count: 3000 / text.utf8.count).utf8))
        guard text.hasPrefix("file") else { return #expect(logged.record.attachments.isEmpty) }
        let number = UInt8(truncatingIfNeeded: Int(logged.record.entry.messageIdentifier) ?? -1)
        guard case .inline(let body) = logged.record.attachments.first else {
            Issue.record("\(text) has no body")
            return
        }
        #expect(body == [UInt8](repeating: number, count: 131_172))
    }

    /// The database may not grow beyond a limit: whoever is told of a failure has no record, and everything goes on afterwards.
    @Test func fullDiskFailsTruthfullyAndRecovers() async throws {
        let lines = try runTool(JournalProcess.program, [log.path, "full"]).text.split(separator: "\n").map(String.init)
        #expect(lines.last == "end")
        let failed = lines.filter { $0.hasPrefix("failed") }
        #expect(failed.count == 3)
        let reasons = ["the disk of the message log is full", "the message log failed"]
        #expect(failed.allSatisfy { line in reasons.contains { line.contains($0) } }, "\(failed)")
        let committed = names(lines)
        #expect(committed.count > 50)
        #expect(names(lines.suffix(21)).count == 20)
        #expect(try log.sqlite("PRAGMA integrity_check") == "ok")
        #expect(try loggedNames() == Set(committed))
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
            if call.contains(" write(1<"), call.contains(#".\n", "#) {
                announced += 1
                #expect(unsynced == 0 && synced >= announced, "record \(announced) was announced before its sync")
            }
        }
        #expect(announced == 20)
    }
}
