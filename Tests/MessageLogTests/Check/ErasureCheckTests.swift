import Foundation
import MessageLog
import PKI
import Storage
import Testing
import XRoadModel

/// What is erased is gone, what is not is there, and the log says which.
struct ErasureCheckTests {
    /// 60 messages, of which 10 to 14 are erased; among the others two with content files.
    private static func log() async throws -> CheckedLog {
        let log = try CheckedLog()
        try await log.grow(to: 60)
        return log
    }

    private static func erase(
        _ log: CheckedLog, _ numbers: ClosedRange<Int64>, kind: String = "erasure"
    ) async throws {
        try await log.writing { journal in
            let ranges = RecordRanges(numbers).description
            let event = LogEvent(kind: kind, statement: ["case": "1/2026", "records": ranges], time: TestKeys.time)
            _ = try await journal.erase(Array(numbers), event: event)
            try await log.sign(journal)
        }
    }

    @Test func anErasedLogPasses() async throws {
        let log = try await Self.log()
        try await Self.erase(log, 10...14)
        try await Self.erase(log, 20...21, kind: "retention")
        let report = try await log.check()
        #expect(report.verdict == .passed && report.erased == 7 && report.events == 2, "\(report.text)")
    }

    @Test func contentThatIsPutBackIsFound() async throws {
        let log = try await Self.log()
        let before = try log.snapshot()
        try await Self.erase(log, 10...14)
        // The keys alone out of an old copy.
        try log.restore(before, only: ["keys/recordkeys.sqlite"])
        #expect(try await log.findings() == (10...14).map { "content-not-erased \($0)" })
    }

    @Test func anErasureThatIsUndoneIsFound() async throws {
        let log = try await Self.log()
        try await Self.erase(log, 10...14)
        try log.sqlite("UPDATE record SET erased_by = NULL WHERE number IN (11, 12)")
        let found = try await log.findings()
        #expect(found.contains("erasure-undone 11-12"))
        #expect(found.contains("key-missing 11") && found.contains { $0.hasPrefix("content-missing ") }, "\(found)")
    }

    @Test func erasingWithoutSayingSoIsFound() async throws {
        let log = try await Self.log()
        try await Self.erase(log, 10...14)
        try log.sqlite("DELETE FROM record_key WHERE number = 20", database: "keys/recordkeys.sqlite")
        let key = try log.sqlite("SELECT number FROM record WHERE key = 20")
        #expect(try await log.findings() == ["key-missing \(key)"])
        try log.sqlite("UPDATE record SET erased_by = 61 WHERE number = \(key)")
        #expect(try await log.findings().contains("erasure-unrecorded \(key)"))
    }

    @Test func anErasureUnderWayIsNoTampering() async throws {
        let log = try await Self.log()
        try await Self.erase(log, 10...14)
        try log.sqlite("INSERT INTO erasing VALUES (12)")
        let report = try await log.check()
        #expect(report.verdict == .indeterminate && report.findings.map(CheckedLog.line) == ["erasure-under-way 12"])
    }

    @Test func contentFilesAreChecked() async throws {
        let log = try CheckedLog()
        let bodies = [[UInt8](repeating: 1, count: 200_000), [UInt8](repeating: 2, count: 200_000)]
        try await log.writing { journal in
            for (index, body) in bodies.enumerated() {
                let file = try TestSealedFile(body, folder: journal.contentFolder)
                var record = CheckedLog.record(Int64(index) + 1)
                record = LogRecord(
                    entry: record.entry, owner: record.owner, messagePart: record.messagePart, attachments: [.contentFile(file)],
                    signature: record.signature, configurationHash: record.configurationHash)
                _ = try await journal.commit(record)
            }
            try await log.sign(journal)
        }
        #expect(try await log.findings().isEmpty)
        let files = try log.sqlite("SELECT file FROM part WHERE file IS NOT NULL ORDER BY place").split(separator: "\n")
        let url = URL(fileURLWithPath: "\(log.path)/content/\(try #require(files.first))")
        var bytes = [UInt8](try Data(contentsOf: url))
        bytes[70_000] ^= 1
        try Data(bytes).write(to: url)
        #expect(try await log.findings() == ["content-changed 1"])
        try FileManager.default.removeItem(at: url)
        #expect(try await log.findings() == ["content-missing 1"])
    }
}
