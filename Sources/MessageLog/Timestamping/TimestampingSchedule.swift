import XRoadModel

/// When to ask which authority, and whether messages may still be taken. Decides only: it is told what happened and when.
package struct TimestampingSchedule: Sendable {
    package enum Step: Hashable, Sendable {
        case wait(until: Instant)
        /// Take what waits and ask these in turn until one has stamped it.
        case stamp([TimestampAuthority])
    }

    private struct Standing {
        var failures = 0
        var retryAt: Instant
        var last: AuthorityFailure
    }

    private let settings: TimestampingSettings
    private var authorities: [TimestampAuthority] = []
    /// Of those that failed last, by URL.
    private var standings: [String: Standing] = [:]
    private var storeFailures = 0
    private var intervalSeconds: Int64
    private var due: Instant
    /// Of the oldest message without a time-stamp, as far as is known.
    private var oldest: Instant?
    /// Messages came since the batch under way was taken.
    private var hasNews = false

    /// The first batch is due at once: it takes up what an earlier process left.
    package init(settings: TimestampingSettings, oldest: Instant?, at now: Instant) {
        self.settings = settings
        self.oldest = oldest
        due = now
        intervalSeconds = settings.intervalSeconds ?? TimestampingSettings.defaultIntervalSeconds
    }

    /// Authorities keep their standing for as long as they are approved.
    package mutating func approve(_ approved: ApprovedTimestampAuthorities) {
        authorities = approved.authorities
        intervalSeconds =
            settings.intervalSeconds ?? approved.intervalSeconds ?? TimestampingSettings.defaultIntervalSeconds
        let urls = Set(authorities.map(\.url))
        standings = standings.filter { urls.contains($0.key) }
    }

    package func step(at now: Instant) -> Step {
        guard hasCome(due, within: max(intervalSeconds, settings.longestRetrySeconds), at: now) else { return .wait(until: due) }
        let ready = authorities.filter { mayBeAsked($0, at: now) }
        guard ready.isEmpty else { return .stamp(ready) }
        return .wait(until: standings.values.map(\.retryAt).min() ?? now.adding(seconds: settings.longestRetrySeconds))
    }

    private func mayBeAsked(_ authority: TimestampAuthority, at now: Instant) -> Bool {
        guard let standing = standings[authority.url] else { return true }
        return hasCome(standing.retryAt, within: settings.longestRetrySeconds, at: now)
    }

    /// No time is set further ahead than `seconds`: one that is was set before the clock was put back, and waiting for it could take
    /// hours.
    private func hasCome(_ time: Instant, within seconds: Int64, at now: Instant) -> Bool {
        time <= now || time > now.adding(seconds: seconds)
    }
}

/// What happened
extension TimestampingSchedule {
    /// A message of this time was committed.
    package mutating func committed(at time: Instant) {
        oldest = min(oldest ?? time, time)
        hasNews = true
        if settings.mode == .immediate { due = min(due, time) }
    }

    /// What waits is about to be read. Messages that are committed from here on may be part of it or not.
    package mutating func began() { hasNews = false }

    /// Nothing waited.
    package mutating func foundNothing(at now: Instant) {
        if !hasNews { oldest = nil }
        scheduleNext(at: now, more: false)
    }

    package mutating func took(oldest time: Instant) { oldest = time }

    /// - Parameters:
    ///   - oldest: of the messages that still wait.
    ///   - more: the batch was full.
    package mutating func stamped(by authority: TimestampAuthority, oldest: Instant?, more: Bool, at now: Instant) {
        standings[authority.url] = nil
        storeFailures = 0
        self.oldest = oldest ?? (hasNews ? now : nil)
        scheduleNext(at: now, more: more)
    }

    /// When the authority is asked again.
    @discardableResult
    package mutating func failed(_ authority: TimestampAuthority, _ failure: AuthorityFailure, at now: Instant) -> Instant {
        let failures = (standings[authority.url]?.failures ?? 0) + 1
        let retryAt = now.adding(seconds: settings.retrySeconds(failures: failures))
        standings[authority.url] = Standing(failures: failures, retryAt: retryAt, last: failure)
        return retryAt
    }

    package mutating func storeFailed(at now: Instant) {
        storeFailures += 1
        due = now.adding(seconds: settings.retrySeconds(failures: storeFailures))
    }

    private mutating func scheduleNext(at now: Instant, more: Bool) {
        let atOnce = more || settings.mode == .immediate && hasNews
        due = atOnce ? now : now.adding(seconds: intervalSeconds)
    }
}

/// Whether messages may be taken
extension TimestampingSchedule {
    /// nil while the oldest message has not waited too long and, in immediate mode, an authority may be asked.
    package func refusal(at now: Instant) -> MessageLogFailure? {
        if let oldest, now > oldest.adding(seconds: settings.acceptableFailureSeconds) { return failure(since: oldest) }
        guard settings.mode == .immediate else { return nil }
        return authorities.contains { mayBeAsked($0, at: now) } ? nil : failure(since: oldest ?? now)
    }

    /// What is wrong with every authority.
    package func failure(since: Instant) -> MessageLogFailure {
        .timestampingFailed(since: since, failures: authorities.compactMap { standings[$0.url]?.last })
    }
}
