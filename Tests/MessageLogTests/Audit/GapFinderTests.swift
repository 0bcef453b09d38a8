import MessageLog
import Testing
import XRoadModel

/// What is missing in a log is seen, and nothing else is.
@Suite struct GapFinderTests {
    private static let start = Instant(secondsSince1970: 1_800_000_000)
    private static let now = start.adding(seconds: 1000)
    private static let configuration = [UInt8](repeating: 1, count: 32)

    private func message(
        _ number: Int64, _ direction: MessageDirection, _ request: String, side: ExchangeSide = .provider, at seconds: Int64 = 0,
        stamped: Int64? = 30, configuration: [UInt8] = configuration
    ) -> GapFinder.Message {
        let client = ClientIdentifier(member: MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "GAM"))
        let entry = LogEntry(
            time: Self.start.adding(seconds: seconds), side: side, direction: direction, kind: .rest, requestIdentifier: request,
            messageIdentifier: "m", client: client, service: ServiceIdentifier(provider: client, serviceCode: "s"))
        let timestamp = stamped.map { Self.start.adding(seconds: seconds + $0) }
        return GapFinder.Message(number: number, entry: entry, configurationHash: configuration, timestamp: timestamp)
    }

    private func gaps(
        _ messages: [GapFinder.Message], events: [Int64] = [], size: Int64? = nil, timestampSeconds: Int64? = 120
    ) -> LogGaps {
        var limits = GapFinder.Limits()
        limits.timestampSeconds = timestampSeconds
        var finder = GapFinder(limits: limits, configurations: [Self.configuration], now: Self.now)
        let byNumber = Dictionary(uniqueKeysWithValues: messages.map { ($0.number, $0) })
        let numbers = (messages.map(\.number) + events).sorted()
        for number in numbers {
            if let message = byNumber[number] { finder.message(message) } else { finder.event(number) }
        }
        return finder.finish(size: size ?? numbers.last ?? 0)
    }

    private var complete: [GapFinder.Message] {
        [
            message(1, .request, "a"), message(2, .request, "b"), message(3, .response, "b"), message(5, .response, "a"),
            message(6, .request, "a", side: .consumer), message(7, .response, "a", side: .consumer),
        ]
    }

    @Test func aCompleteLogHasNone() {
        let gaps = gaps(complete, events: [4])
        #expect(gaps.isComplete && gaps.entries == 7)
        #expect(self.gaps([]).isComplete)
    }

    @Test func holesAreSeenAtEveryPlace() {
        #expect(gaps(complete).holes == [4...4])
        #expect(gaps(Array(complete.dropFirst()), events: [4]).holes == [1...1])
        #expect(gaps(complete, events: [4], size: 9).holes == [8...9])
    }

    @Test func requestsAndAnswersBelongTogether() {
        let lonely = gaps([message(1, .request, "a"), message(2, .response, "b"), message(3, .request, "c", at: 701)])
        #expect(lonely.unanswered == RecordRanges([1]), "the third is young")
        #expect(lonely.unasked == RecordRanges([2]))
        let sides = gaps([message(1, .request, "a"), message(2, .response, "a", side: .consumer)])
        #expect(sides.unanswered == RecordRanges([1]) && sides.unasked == RecordRanges([2]))
        let twice = gaps([message(1, .request, "a"), message(2, .request, "a"), message(3, .response, "a")])
        #expect(twice.unanswered == RecordRanges([2]))
    }

    @Test func timestampsComeInTime() {
        let pair = [message(1, .request, "a", stamped: 120), message(2, .response, "a", stamped: 121)]
        #expect(gaps(pair).lateTimestamps == RecordRanges([2]) && gaps(pair).longestDelaySeconds == 121)
        let unstamped = [message(1, .request, "a", at: 879, stamped: nil), message(2, .response, "a", at: 880, stamped: nil)]
        #expect(gaps(unstamped).unstamped == RecordRanges([1]))
        #expect(gaps(unstamped, timestampSeconds: nil).isComplete)
    }

    @Test func configurationsAreThere() {
        let other = [UInt8](repeating: 2, count: 32)
        let gaps = gaps([message(1, .request, "a"), message(2, .response, "a", configuration: other)])
        #expect(gaps.missingConfigurations == [other: RecordRanges([2])])
        #expect(!gaps.isComplete)
    }
}
