import XRoadModel

/// When to archive: in intervals, as soon as enough waits, and again soon after a run that could not do everything.
package struct ArchiveSchedule: Sendable {
    private let settings: ArchiverSettings
    private var next: Instant
    private var waitingBytes = 0
    /// The last entry that a run has looked at or that `waitingBytes` counts.
    package private(set) var countedThrough: Int64

    package init(_ settings: ArchiverSettings, continuing state: ArchiveState) {
        self.settings = settings
        next = Instant(millisecondsSince1970: state.lastRun ?? 0)
        if state.lastRun != nil { next = next.adding(seconds: Int64(settings.intervalSeconds)) }
        countedThrough = state.groups.values.map(\.lastNumber).max() ?? 0
    }

    /// What came since `countedThrough`.
    package mutating func count(bytes: Int, through number: Int64) {
        waitingBytes += bytes
        countedThrough = max(countedThrough, number)
    }

    /// A clock that was set back by more than an interval does not put off the next run.
    package func isDue(at now: Instant) -> Bool {
        waitingBytes >= settings.waitingBytes || now >= next
            || next.seconds(since: now) > Int64(settings.intervalSeconds)
    }

    /// - Parameter summary: nil of a run that failed.
    package mutating func ran(at now: Instant, _ summary: ArchiveSummary?) {
        let isComplete = summary?.isComplete ?? false
        let seconds = isComplete ? settings.intervalSeconds : min(settings.retrySeconds, settings.intervalSeconds)
        next = now.adding(seconds: Int64(seconds))
        waitingBytes = 0
        countedThrough = max(countedThrough, summary?.through ?? 0)
    }
}

/// Archives for as long as a server runs.
package struct ArchivingService: Sendable {
    private let archiver: Archiver
    private let now: @Sendable () -> Instant
    private let failed: @Sendable (MessageLogFailure) -> Void

    /// - Parameter failed: told of a run that came to nothing; what waits is tried again.
    package init(
        _ archiver: Archiver, now: @escaping @Sendable () -> Instant, failed: @escaping @Sendable (MessageLogFailure) -> Void
    ) {
        self.archiver = archiver
        self.now = now
        self.failed = failed
    }

    /// Until the task is cancelled.
    package func run() async {
        guard var schedule = await begin() else { return }
        while !Task.isCancelled {
            do throws(MessageLogFailure) {
                let (bytes, last) = try await archiver.source.waiting(after: schedule.countedThrough)
                schedule.count(bytes: bytes, through: last)
                if schedule.isDue(at: now()) {
                    let summary = try await archiver.run(at: now())
                    schedule.ran(at: now(), summary)
                }
            } catch {
                if Task.isCancelled { return }
                failed(error)
                schedule.ran(at: now(), nil)
            }
            try? await Task.sleep(for: .seconds(archiver.settings.checkSeconds))
        }
    }

    private func begin() async -> ArchiveSchedule? {
        while !Task.isCancelled {
            do throws(MessageLogFailure) {
                return ArchiveSchedule(archiver.settings, continuing: try await archiver.ledger.load())
            } catch { failed(error) }
            try? await Task.sleep(for: .seconds(archiver.settings.retrySeconds))
        }
        return nil
    }
}
