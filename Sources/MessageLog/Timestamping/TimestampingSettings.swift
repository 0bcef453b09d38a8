/// When messages are time-stamped, and how long they may do without. Every time is in seconds.
package struct TimestampingSettings: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        /// All that came in one interval shares a time-stamp.
        case batch
        /// No message leaves before it is stamped; what comes while an authority is asked shares the next time-stamp.
        case immediate
    }

    package var mode = Mode.batch
    /// From one batch to the next; nil leaves it to the global configuration.
    package var intervalSeconds: Int64?
    /// Where the global configuration does not say either.
    package static let defaultIntervalSeconds: Int64 = 60
    /// Age of the oldest message without a time-stamp from which on no more are taken. X-Road's default: four hours.
    package var acceptableFailureSeconds: Int64 = 14_400
    /// Messages of one time-stamp. More follow in the next one at once.
    package var batchLimit = 10_000
    /// How full a batch is when the operator is told to shorten the interval.
    package static let warningPercent = 70

    /// An authority that failed is left alone for so long, then for twice as long each time.
    package var firstRetrySeconds: Int64 = 1
    package var longestRetrySeconds: Int64 = 60

    package init() {}

    /// After so many failures in a row.
    func retrySeconds(failures: Int) -> Int64 {
        min(longestRetrySeconds, firstRetrySeconds << Int64(min(max(0, failures - 1), 16)))
    }
}
