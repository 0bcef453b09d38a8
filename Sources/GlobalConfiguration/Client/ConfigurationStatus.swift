import XRoadModel

/// When to ask the configuration source again.
package struct RefreshSchedule: Sendable {
    /// After a success (X-Road: every 60 s).
    package var intervalSeconds: Int64 = 60
    /// After the first failure; doubles with each further one up to the interval.
    package var retrySeconds: Int64 = 3

    package init() {}

    package init(everySeconds seconds: Int) { intervalSeconds = Int64(seconds) }

    func delay(afterFailures failures: Int) -> Int64 {
        failures == 0 ? intervalSeconds : min(intervalSeconds, retrySeconds << Int64(min(failures - 1, 16)))
    }
}

/// What is known of the global configuration: a state machine over refreshes, without ports.
///
/// It starts without a snapshot. `opened` and `succeeded` give it one, which stays in use until another succeeds; a failure never
/// takes it away, time does. One refresh runs at a time.
package struct ConfigurationStatus: Sendable {
    package enum Phase: Sendable, Equatable {
        case missing
        case valid(until: Instant)
        case expired(since: Instant)
    }

    package private(set) var snapshot: ConfigurationSnapshot?
    package private(set) var lastSuccess: Instant?
    /// Nil after a success.
    package private(set) var lastFailure: ConfigurationFailure?
    package private(set) var failuresInRow = 0
    package private(set) var isRefreshing = false
    /// Nil before the first attempt: at once.
    package private(set) var nextRefresh: Instant?
    private var schedule: RefreshSchedule

    package init(schedule: RefreshSchedule = RefreshSchedule()) { self.schedule = schedule }

    /// A configuration of an earlier run; it may have expired meanwhile.
    package mutating func opened(_ stored: ConfigurationSnapshot) {
        if snapshot == nil { snapshot = stored }
    }

    /// False while another refresh runs.
    package mutating func begin() -> Bool {
        guard !isRefreshing else { return false }
        isRefreshing = true
        return true
    }

    package mutating func succeeded(_ refreshed: ConfigurationSnapshot, at instant: Instant) {
        snapshot = refreshed
        lastSuccess = instant
        lastFailure = nil
        failuresInRow = 0
        finish(at: instant)
    }

    package mutating func failed(_ failure: ConfigurationFailure, at instant: Instant) {
        lastFailure = failure
        failuresInRow += 1
        finish(at: instant)
    }

    private mutating func finish(at instant: Instant) {
        isRefreshing = false
        nextRefresh = instant.adding(seconds: schedule.delay(afterFailures: failuresInRow))
    }

    /// From `instant` on; a refresh that is due sooner stays so.
    package mutating func follow(_ schedule: RefreshSchedule, at instant: Instant) {
        self.schedule = schedule
        guard let nextRefresh else { return }
        self.nextRefresh = min(nextRefresh, instant.adding(seconds: schedule.delay(afterFailures: failuresInRow)))
    }

    package func phase(at instant: Instant) -> Phase {
        guard let snapshot else { return .missing }
        return instant <= snapshot.expires ? .valid(until: snapshot.expires) : .expired(since: snapshot.expires)
    }

    /// The configuration to act by. There is none after its end of validity: exchanges stop (PR-GCONF 2.4).
    package func valid(at instant: Instant) throws(ConfigurationFailure) -> ConfigurationSnapshot {
        guard let snapshot else { throw lastFailure ?? .noConfiguration }
        try snapshot.requireValid(at: instant)
        return snapshot
    }
}
