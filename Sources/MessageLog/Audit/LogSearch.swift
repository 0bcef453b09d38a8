import XRoadModel

/// What an auditor looks for; nil matches everything.
package struct SearchCriteria: Hashable, Sendable {
    package enum Outcome: String, Sendable, CaseIterable {
        /// A signed answer is in the log, on the same side.
        case answered
        /// Refused, failed, or not yet answered: faults of security servers are no messages.
        case unanswered
    }

    /// Times, parties and identifiers, which the store narrows by.
    package var filter = LogFilter()
    package var outcome: Outcome?

    package init() {}

    /// How much later than its request an answer may be logged: a call may take two hours.
    private static let answerSeconds: Int64 = 7200

    /// What has to be read so that outcomes are known: the answers to requests at the end of the time too.
    fileprivate var reading: LogFilter {
        var reading = filter
        reading.direction = nil
        reading.to = filter.to?.adding(seconds: Self.answerSeconds)
        return reading
    }

    fileprivate func isWanted(_ found: FoundRecord) -> Bool {
        let entry = found.logged.entry
        return (filter.to.map { entry.time < $0 } ?? true) && (filter.direction.map { $0 == entry.direction } ?? true)
            && (outcome.map { $0 == found.outcome } ?? true)
    }
}

/// A record with what became of its exchange.
package struct FoundRecord: Hashable, Sendable {
    package let logged: LoggedEntry
    package let outcome: SearchCriteria.Outcome
}

/// Pairs requests with answers. Records come the newest first, so that an answer is seen before its request.
struct OutcomeFinder {
    private struct Exchange: Hashable {
        let side: ExchangeSide
        let requestIdentifier: String
    }

    /// Answers whose requests are still to come.
    private var answers: [Exchange: Int] = [:]

    mutating func outcome(of entry: LogEntry) -> SearchCriteria.Outcome {
        let exchange = Exchange(side: entry.side, requestIdentifier: entry.requestIdentifier)
        guard entry.direction == .request else {
            answers[exchange, default: 0] += 1
            return .answered
        }
        guard let count = answers[exchange] else { return .unanswered }
        answers[exchange] = count > 1 ? count - 1 : nil
        return .answered
    }
}

extension LogReading {
    /// The newest first, at most `limit`.
    package func search(_ criteria: SearchCriteria, limit: Int) async throws(MessageLogFailure) -> [FoundRecord] {
        var found: [FoundRecord] = []
        guard limit > 0 else { return found }
        try await search(criteria) { record in
            found.append(record)
            return found.count < limit
        }
        return found
    }

    /// Goes through the log in pages, the newest first, for as long as `body` says true.
    package func search(_ criteria: SearchCriteria, _ body: (FoundRecord) -> Bool) async throws(MessageLogFailure) {
        var reading = criteria.reading
        var outcomes = OutcomeFinder()
        let pageLength = 1000
        while true {
            let page = try await list(reading, limit: pageLength)
            for logged in page {
                let record = FoundRecord(logged: logged, outcome: outcomes.outcome(of: logged.entry))
                guard !criteria.isWanted(record) || body(record) else { return }
            }
            guard page.count == pageLength, let last = page.last else { return }
            reading.before = last.identifier
        }
    }
}
