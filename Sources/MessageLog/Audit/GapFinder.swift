import XRoadModel

/// Goes through a log, entry by entry in order of number, and tells what is missing in it. Holds only the requests that wait for
/// their answers, so that a log of any length can be gone through.
package struct GapFinder: Sendable {
    package struct Limits: Sendable {
        /// After so long without an answer a request has none.
        package var answerSeconds: Int64 = 300
        /// Nil: messages are not time-stamped here.
        package var timestampSeconds: Int64?

        package init() {}
    }

    /// One message as the finder has to know it.
    package struct Message: Sendable {
        package let number: Int64
        package let entry: LogEntry
        package let configurationHash: [UInt8]
        /// Time of the token that covers it.
        package let timestamp: Instant?

        package init(number: Int64, entry: LogEntry, configurationHash: [UInt8], timestamp: Instant?) {
            self.number = number
            self.entry = entry
            self.configurationHash = configurationHash
            self.timestamp = timestamp
        }
    }

    /// Requests and answers of one side belong together; a server may be on both sides of one exchange.
    private struct Exchange: Hashable {
        let side: ExchangeSide
        let requestIdentifier: String
    }

    private let limits: Limits
    private let configurations: Set<[UInt8]>
    private let now: Instant
    private var last: Int64 = 0
    private var open: [Exchange: [(number: Int64, time: Instant)]] = [:]
    private var gaps = LogGaps()

    /// `configurations`: the hashes of those that are there.
    package init(limits: Limits, configurations: Set<[UInt8]>, now: Instant) {
        self.limits = limits
        self.configurations = configurations
        self.now = now
    }

    /// An entry that is not a message.
    package mutating func event(_ number: Int64) { follow(number) }

    package mutating func message(_ message: Message) {
        follow(message.number)
        let exchange = Exchange(side: message.entry.side, requestIdentifier: message.entry.requestIdentifier)
        switch message.entry.direction {
        case .request: open[exchange, default: []].append((message.number, message.entry.time))
        case .response: answer(exchange, message.number)
        }
        if !configurations.contains(message.configurationHash) {
            gaps.missingConfigurations[message.configurationHash, default: RecordRanges()].append(message.number)
        }
        checkTimestamp(message)
    }

    /// The log ends here. `size` is what it says of its own length, so that entries missing at its end are seen too.
    package mutating func finish(size: Int64) -> LogGaps {
        if size > last { gaps.holes.append(last + 1...size) }
        let unanswered = open.values.joined().filter { now.seconds(since: $0.time) > limits.answerSeconds }.map(\.number)
        gaps.unanswered = RecordRanges(unanswered)
        return gaps
    }

    private mutating func follow(_ number: Int64) {
        if number > last + 1 { gaps.holes.append(last + 1...number - 1) }
        last = max(last, number)
        gaps.entries += 1
    }

    private mutating func answer(_ exchange: Exchange, _ number: Int64) {
        guard var requests = open[exchange] else { return gaps.unasked.append(number) }
        requests.removeFirst()
        open[exchange] = requests.isEmpty ? nil : requests
    }

    private mutating func checkTimestamp(_ message: Message) {
        guard let limit = limits.timestampSeconds else { return }
        if let timestamp = message.timestamp {
            let delay = timestamp.seconds(since: message.entry.time)
            guard delay > limit else { return }
            gaps.lateTimestamps.append(message.number)
            gaps.longestDelaySeconds = max(gaps.longestDelaySeconds, delay)
        } else if now.seconds(since: message.entry.time) > limit {
            gaps.unstamped.append(message.number)
        }
    }
}

/// What is missing in a log.
package struct LogGaps: Hashable, Sendable {
    package fileprivate(set) var entries: Int64 = 0
    /// Numbers without an entry.
    package fileprivate(set) var holes: [ClosedRange<Int64>] = []
    /// Requests without an answer on the same side: refused, failed, or cut off by a crash.
    package fileprivate(set) var unanswered = RecordRanges()
    /// Answers without a request.
    package fileprivate(set) var unasked = RecordRanges()
    package fileprivate(set) var lateTimestamps = RecordRanges()
    package fileprivate(set) var longestDelaySeconds: Int64 = 0
    /// Not covered though older than the limit.
    package fileprivate(set) var unstamped = RecordRanges()
    /// By hash of configuration.
    package fileprivate(set) var missingConfigurations: [[UInt8]: RecordRanges] = [:]

    package init() {}

    package var isComplete: Bool {
        holes.isEmpty && unanswered.isEmpty && unasked.isEmpty && lateTimestamps.isEmpty && unstamped.isEmpty
            && missingConfigurations.isEmpty
    }
}
