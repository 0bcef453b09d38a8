import Foundation
import MessageLog
import TestSupport
import Testing

@testable import Storage

/// A log on a small disk of its own, which takes a privilege.
@Suite(.timeLimit(.minutes(2)), .enabled(if: SmallDisk.canMount)) struct DiskSpaceTests {
    private func record(_ number: Int) -> LogRecord {
        TestLog.record(number, messagePart: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 3000))
    }

    /// Whoever is told of a failure has no record, everybody else has one, and with room everything goes on.
    @Test func fullDiskLosesNothingAndRecovers() async throws {
        let disk = try SmallDisk(megabytes: 12)
        let log = disk.log
        var settings = TestLog.settings
        settings.refuseBytes = 0
        let ballast = disk.path + "/ballast"
        try Data(count: 4 << 20).write(to: URL(fileURLWithPath: ballast))
        let journal = try log.open(settings)
        var committed: [String] = []
        var failures: [MessageLogFailure] = []
        for number in 0..<6000 where failures.count < 20 {
            do throws(MessageLogFailure) {
                committed.append(try await journal.append(record(number)).identifier.name)
            } catch {
                failures.append(error)
            }
        }
        #expect(failures.count == 20)
        #expect(failures.allSatisfy { if case .storageFull = $0 { true } else { false } }, "\(failures)")
        #expect(committed.count > 100)
        unlink(ballast)
        for number in 0..<50 { committed.append(try await journal.append(record(number)).identifier.name) }
        for name in committed { #expect(try await journal.reader.record(named: name).record.messagePart.count == 3000) }
        await journal.close()
        #expect(try log.sqlite("PRAGMA integrity_check") == "ok")
        #expect(try RefereeLog.read(log).size == Int64(committed.count))
        let reader = try log.openReader()
        #expect(try await reader.list(LogFilter(), limit: .max).reversed().map(\.identifier.name) == committed)
    }

    @Test func thresholdsWarnAndRefuse() async throws {
        let disk = try SmallDisk(megabytes: 16)
        var settings = TestLog.settings
        settings.warnBytes = 10 << 20
        settings.refuseBytes = 5 << 20
        let journal = try disk.log.open(settings)
        #expect(journal.space.level == .ample)
        let name = try await journal.append(record(1)).identifier.name
        let ballast = URL(fileURLWithPath: disk.path + "/ballast")
        try Data(count: 8 << 20).write(to: ballast)
        _ = try await journal.append(record(2))
        #expect(journal.space.level == .scarce)
        try Data(count: 12 << 20).write(to: ballast)
        _ = try await journal.record(LogEvent(kind: "test", statement: [:], time: .now))
        #expect(journal.space.level == .refusing && journal.space.availableBytes < 5 << 20)
        let failure = await #expect(throws: MessageLogFailure.self) { try await journal.append(record(3)) }
        guard case .storageFull = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        // What makes room is still possible.
        _ = try await journal.erase([1], event: LogEvent(kind: "erasure", statement: [:], time: .now))
        await #expect(throws: MessageLogFailure.recordErased(name: name, event: 4)) {
            try await journal.reader.record(named: name)
        }
        try FileManager.default.removeItem(at: ballast)
        while journal.space.level != .ample { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await journal.append(record(4)).identifier.number == 5)
    }
}

/// A file system in memory that is unmounted with the value.
final class SmallDisk: Sendable {
    let path: String
    let log: TestLog

    static let canMount: Bool = {
        guard let disk = try? SmallDisk(megabytes: 1) else { return false }
        return FileManager.default.fileExists(atPath: disk.path)
    }()

    init(megabytes: Int) throws {
        let log = try TestLog()
        self.log = log
        path = log.folder.url.path
        let result = try runTool("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
        guard result.status == 0 else { throw TestLog.ToolFailure(text: result.errors) }
    }

    deinit { _ = try? runTool("umount", ["-l", path]) }
}
