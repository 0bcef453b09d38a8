import MessageLog
import SignedDocuments
import Storage
import Testing
import XRoadModel

/// What auditors look for in a real log, and what became of each exchange.
@Suite struct LogSearchTests {
    private static let start: Int64 = 1_790_000_000_000

    private static func record(
        _ request: String, _ direction: MessageDirection, at milliseconds: Int64, side: ExchangeSide = .provider,
        client: ClientIdentifier = TestLog.client, decision: String = ""
    ) -> LogRecord {
        let sample = TestLog.record()
        let entry = LogEntry(
            time: Instant(millisecondsSince1970: start + milliseconds), side: side, direction: direction, kind: .rest,
            requestIdentifier: request, messageIdentifier: "message-\(request)", client: client, service: TestLog.service)
        return LogRecord(
            entry: entry, owner: TestLog.owner, decision: decision, messagePart: sample.messagePart, signature: sample.signature,
            configurationHash: sample.configurationHash)
    }

    /// Numbers of what is found, the newest first.
    private func search(limit: Int = 100, _ edit: (inout SearchCriteria) -> Void) async throws -> [Int64] {
        let log = try TestLog()
        let journal = try log.open()
        let lookalike = ClientIdentifier(
            member: MemberIdentifier(instance: "AL", memberClass: "GOV", memberCode: "a/b%2F0"), subsystemCode: "s")
        for record in [
            Self.record("a", .request, at: 0, decision: "access-right X"), Self.record("b", .request, at: 10),
            Self.record("a", .response, at: 20, decision: "access-right X"), Self.record("a", .request, at: 30, side: .consumer),
            Self.record("c", .request, at: 40, client: lookalike), Self.record("c", .response, at: 50, client: lookalike),
        ] {
            _ = try await journal.append(record)
        }
        var criteria = SearchCriteria()
        edit(&criteria)
        let found = try await journal.reader.search(criteria, limit: limit)
        await journal.close()
        return found.map(\.logged.identifier.number)
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(millisecondsSince1970: Self.start + milliseconds) }

    @Test func findsByWhatIsKnown() async throws {
        #expect(try await search { _ in } == [6, 5, 4, 3, 2, 1])
        #expect(try await search(limit: 2) { _ in } == [6, 5])
        #expect(try await search(limit: 0) { _ in }.isEmpty)
        #expect(try await search { $0.filter.messageIdentifier = "message-a" } == [4, 3, 1])
        #expect(try await search { $0.filter.requestIdentifier = "b" } == [2])
        #expect(try await search { $0.filter.decision = "access-right X" } == [3, 1])
        #expect(
            try await search { $0.filter.member = TestLog.client.member } == [4, 3, 2, 1], "not a member whose code begins so")
        #expect(try await search { $0.filter.member = TestLog.service.provider.member } == [6, 5, 4, 3, 2, 1])
        #expect(try await search { ($0.filter.side, $0.filter.direction) = (.provider, .request) } == [5, 2, 1])
        #expect(try await search { ($0.filter.from, $0.filter.to) = (at(10), at(40)) } == [4, 3, 2])
    }

    /// Sides are told apart, and an answer counts that comes after the time that is searched.
    @Test func tellsWhatWasAnswered() async throws {
        #expect(try await search { $0.outcome = .unanswered } == [4, 2])
        #expect(try await search { $0.outcome = .answered } == [6, 5, 3, 1])
        #expect(try await search { ($0.outcome, $0.filter.to) = (.answered, at(5)) } == [1])
        #expect(try await search { ($0.outcome, $0.filter.direction) = (.unanswered, .request) } == [4, 2])
    }

    /// More than a page of the log.
    @Test func goesThroughPages() async throws {
        let log = try TestLog()
        let journal = try log.open()
        try await withThrowingTaskGroup { group in
            for number in 1...2500 { group.addTask { _ = try await journal.append(TestLog.record(number)) } }
            try await group.waitForAll()
        }
        #expect(try await journal.reader.search(SearchCriteria(), limit: 10_000).count == 2500)
        var seen: Int64 = 0
        try await journal.reader.search(SearchCriteria()) { _ in
            seen += 1
            return seen < 1200
        }
        #expect(seen == 1200)
        await journal.close()
    }
}
