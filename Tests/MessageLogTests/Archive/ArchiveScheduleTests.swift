import ArchiveSamples
import MessageLog
import Synchronization
import Testing
import XRoadModel

@Suite struct ArchiveScheduleTests {
    private static let start = SampleEntries.firstTime
    private static var settings: ArchiverSettings {
        var settings = ArchiverSettings()
        settings.intervalSeconds = 3600
        settings.waitingBytes = 1000
        settings.retrySeconds = 60
        return settings
    }

    private static func summary(stopped: Int = 0, transfers: Int = 0, through: Int64 = 0) -> ArchiveSummary {
        var summary = ArchiveSummary()
        (summary.stoppedGroups, summary.waitingTransfers, summary.through) = (stopped, transfers, through)
        return summary
    }

    @Test func intervals() {
        var schedule = ArchiveSchedule(Self.settings, continuing: ArchiveState())
        #expect(schedule.isDue(at: Self.start))
        schedule.ran(at: Self.start, Self.summary(through: 7))
        #expect(schedule.countedThrough == 7)
        #expect(!schedule.isDue(at: Self.start.adding(seconds: 3599)))
        #expect(schedule.isDue(at: Self.start.adding(seconds: 3600)))
        // The clock was set back.
        #expect(!schedule.isDue(at: Self.start))
        #expect(schedule.isDue(at: Self.start.adding(seconds: -1)))
    }

    @Test func restartsDoNotBeginTheIntervalAnew() {
        var state = ArchiveState()
        state.lastRun = Self.start.millisecondsSince1970
        state.groups = ["": ArchiveState.Group(lastNumber: 40, link: ArchiveLink(digest: "", fileName: ""))]
        let schedule = ArchiveSchedule(Self.settings, continuing: state)
        #expect(schedule.countedThrough == 40)
        #expect(!schedule.isDue(at: Self.start.adding(seconds: 1800)))
        #expect(schedule.isDue(at: Self.start.adding(seconds: 3600)))
    }

    @Test func enoughWaits() {
        var schedule = ArchiveSchedule(Self.settings, continuing: ArchiveState())
        schedule.ran(at: Self.start, Self.summary())
        schedule.count(bytes: 600, through: 10)
        #expect(!schedule.isDue(at: Self.start))
        schedule.count(bytes: 400, through: 12)
        #expect(schedule.isDue(at: Self.start))
        schedule.ran(at: Self.start, Self.summary(through: 12))
        #expect(!schedule.isDue(at: Self.start))
    }

    static let incomplete: [ArchiveSummary?] = [nil, summary(stopped: 1), summary(transfers: 2)]

    @Test(arguments: incomplete) func soonAgainAfterTrouble(_ summary: ArchiveSummary?) {
        var schedule = ArchiveSchedule(Self.settings, continuing: ArchiveState())
        schedule.count(bytes: 5000, through: 3)
        schedule.ran(at: Self.start, summary)
        #expect(!schedule.isDue(at: Self.start.adding(seconds: 59)))
        #expect(schedule.isDue(at: Self.start.adding(seconds: 60)))
    }

    /// The whole service: it archives at once, again when enough waits, and ends when it is cancelled.
    @Test(.timeLimit(.minutes(1))) func serves() async throws {
        let test = try ArchiveTestFolder()
        let source = GrowingSource()
        var settings = Self.settings
        settings.checkSeconds = 1
        settings.waitingBytes = 100_000
        let failures = Mutex<[MessageLogFailure]>([])
        let service = ArchivingService(
            try test.archiver(source, settings), now: { Self.start },
            failed: { failure in failures.withLock { $0.append(failure) } })
        let task = Task { await service.run() }
        while test.written.count < 1 { try await Task.sleep(for: .milliseconds(20)) }
        source.grow(to: 40)
        try await Task.sleep(for: .milliseconds(2500))
        #expect(test.written.count == 1)
        source.grow(to: 130)
        while test.written.count < 2 { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        await task.value
        #expect(try #require(try LinkingReferee.entries(test.written.map(test.file))).entries.count == 130)
        #expect(failures.withLock { $0 }.isEmpty)
    }
}

/// A log to which something is added.
private final class GrowingSource: ArchiveSource {
    private let entries = Mutex(SampleEntries(count: 20))

    func grow(to count: Int64) { entries.withLock { $0.count = count } }

    func archivable(after number: Int64, limit: Int) async throws(MessageLogFailure) -> [ArchivableNumber] {
        try await entries.withLock { $0 }.archivable(after: number, limit: limit)
    }

    func waiting(after number: Int64) async throws(MessageLogFailure) -> (bytes: Int, last: Int64) {
        try await entries.withLock { $0 }.waiting(after: number)
    }

    func entry(_ number: Int64) async throws(MessageLogFailure) -> ArchivableEntry {
        try await entries.withLock { $0 }.entry(number)
    }
}
