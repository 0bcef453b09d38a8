import Foundation
import MessageLog
import PKI
import Storage
import Testing
import XRoadModel

/// Plans of erasures against a real log: what a hold or a missing time-stamp keeps, and what happens between plan and execution.
@Suite struct HeldErasureTests {
    private let log: TestLog
    private let journal: SQLiteJournal
    private static let now = Instant(secondsSince1970: 1_800_000_000)
    private static let other = ServiceIdentifier(
        provider: ClientIdentifier(
            member: MemberIdentifier(instance: "AL", memberClass: "COM", memberCode: "2"), subsystemCode: "x"),
        serviceCode: "list")

    init() throws {
        log = try TestLog()
        journal = try log.open()
    }

    /// Records 1 to 6, the even ones of another service.
    private func fill() async throws {
        for number in 1...6 {
            let service = number % 2 == 0 ? Self.other : TestLog.service
            _ = try await journal.append(TestLog.record(number, service: service, policy: LogPolicy(retentionDays: 1)))
        }
    }

    private func event(_ kind: String, _ statement: [String: String] = [:]) -> LogEvent {
        LogEvent(kind: kind, statement: statement, time: Self.now)
    }

    private func hold(_ matter: String, _ edit: (inout LogSelection) -> Void) async throws {
        var selection = LogSelection()
        edit(&selection)
        _ = try await journal.placeHold(caseName: matter, filter: selection.json, event: event("hold"))
    }

    private func plan(needsTimestamp: Bool = false, _ edit: (inout LogSelection) -> Void = { _ in }) async throws -> ErasurePlan {
        var selection = LogSelection()
        edit(&selection)
        let matter = try #require(CaseName("C"))
        return try await journal.reader.plan(
            for: matter, selection, needsTimestamp: needsTimestamp, at: Self.now, validSeconds: 3600)
    }

    private func name(_ number: Int64) -> String { RecordIdentifier(log: journal.reader.logIdentifier, number: number).name }

    @Test func plansKeepWhatIsHeldErasedOrUnstamped() async throws {
        try await fill()
        let digest = DigestAlgorithm.sha512.digest(Array("<signature/>".utf8))
        try await journal.save(
            BatchTimestamp(first: 1, last: 4, time: Self.now, authority: "A", token: [1], result: [2], digests: [digest]))
        try await hold("Court") { $0.names = [name(1)] }
        _ = try await journal.erase(RecordRanges([2]), event: event("erasure"))
        let plan = try await plan(needsTimestamp: true)
        #expect("\(plan.records)" == "3-4" && "\(plan.held)" == "1" && "\(plan.unstamped)" == "5-6")
        #expect(try await self.plan().records == RecordRanges([3, 4, 5, 6]))
        let ofService = try await self.plan { $0.service = Self.other }
        #expect(ofService.records == RecordRanges([4, 6]))
        let named = try await self.plan { ($0.names, $0.service) = ([name(3), name(4)], TestLog.service) }
        #expect(named.records == RecordRanges([3]))
        await #expect(throws: MessageLogFailure.unknownRecord(name: "ffffffff-1")) {
            try await self.plan { $0.names = ["ffffffff-1"] }
        }
        await journal.close()
    }

    @Test func aHoldComesNeverTooLate() async throws {
        try await fill()
        let plan = try await plan { $0.service = TestLog.service }
        #expect(try await journal.reader.remainder(of: plan) == RecordRanges([1, 3, 5]))
        try await hold("Late") { $0.client = TestLog.client }
        let before = try journal.reader.treeSize()
        await #expect(throws: MessageLogFailure.recordHeld(name: name(1), caseName: "Late")) {
            try await journal.erase(plan.records, event: event("erasure"))
        }
        #expect(try journal.reader.treeSize() == before, "nothing was entered")
        #expect(try await journal.reader.list(LogFilter(), limit: 10).allSatisfy { $0.erasedBy == nil })
        _ = try await journal.releaseHolds(caseName: "Late", event: event("release"))
        _ = try await journal.erase(plan.records, event: event("erasure"))
        #expect(try await journal.reader.list(LogFilter(), limit: 10).filter { $0.erasedBy != nil }.count == 3)
        await journal.close()
    }

    /// A row that was damaged, or written by a newer version, keeps everything.
    @Test func aHoldThatCannotBeReadHoldsAll() async throws {
        try await fill()
        _ = try await journal.placeHold(caseName: "Strange", filter: #"{"colour":"red"}"#, event: event("hold"))
        #expect(try await plan().held.count == 6)
        await #expect(throws: MessageLogFailure.recordHeld(name: name(6), caseName: "Strange")) {
            try await journal.erase(RecordRanges([6]), event: event("erasure"))
        }
        #expect(try await journal.reader.retentionEnded(at: Self.now, after: 0, through: .max, limit: 10).isEmpty)
        await journal.close()
    }

    @Test func aPlanIsForOneLogAndOneTime() async throws {
        try await fill()
        let plan = try await plan { $0.service = TestLog.service }
        let digest = Hexadecimal.encode(plan.digest)
        _ = try await journal.erase(RecordRanges([1, 3]), event: event("erasure", ["plan": digest]))
        #expect(try await journal.reader.remainder(of: plan) == RecordRanges([5]), "an execution that was cut off goes on")
        _ = try await journal.erase(RecordRanges([5]), event: event("erasure", ["plan": "another"]))
        await #expect(throws: MessageLogFailure.planRefused(reason: "records 5 were erased meanwhile by another command")) {
            try await journal.reader.remainder(of: plan)
        }
        let elsewhere = try TestLog()
        let otherJournal = try elsewhere.open()
        await #expect(throws: MessageLogFailure.self) { try await otherJournal.reader.remainder(of: plan) }
        await otherJournal.close()
        await journal.close()
        _ = try log.sqlite("UPDATE log SET identifier = identifier; UPDATE record SET leaf_hash = zeroblob(32) WHERE number = 3")
        let reader = try log.openReader()
        await #expect(throws: MessageLogFailure.planRefused(reason: "the log has other records under its numbers")) {
            try await reader.remainder(of: plan)
        }
    }

    @Test func retentionEndsForWhatIsNotHeld() async throws {
        try await fill()
        _ = try await journal.append(TestLog.record(7))
        try await hold("Court") { $0.service = Self.other }
        let reader = journal.reader
        let day = Instant(millisecondsSince1970: 1_790_000_000_000 + 86_400_000)
        #expect(try await reader.retentionEnded(at: day, after: 0, through: .max, limit: 10).isEmpty)
        let later = Instant(millisecondsSince1970: day.millisecondsSince1970 + 3)
        #expect(try await reader.retentionEnded(at: later, after: 0, through: .max, limit: 10) == [1, 3])
        #expect(try await reader.retentionEnded(at: Self.now, after: 0, through: .max, limit: 10) == [1, 3, 5])
        #expect(try await reader.retentionEnded(at: Self.now, after: 1, through: 4, limit: 10) == [3])
        #expect(try await reader.retentionEnded(at: Self.now, after: 0, through: .max, limit: 2) == [1, 3])
        await journal.close()
    }

    @Test func configurationsThatAreReferredTo() async throws {
        try await fill()
        #expect(try await journal.reader.configurations(referredToAmong: [[0xab, 0xcd], [1]]) == [[0xab, 0xcd]])
        #expect(try await journal.reader.configurations(referredToAmong: [[1]]).isEmpty)
        await journal.close()
    }

    /// A row that somebody removed is a hole; entries are gone through in order, events between messages too.
    @Test func gapsOfARealLog() async throws {
        for number in 1...3 {
            _ = try await journal.append(TestLog.record(number))
            _ = try await journal.record(event("export"))
            _ = try await journal.append(TestLog.record(number, direction: .response))
        }
        await journal.close()
        _ = try log.sqlite("DELETE FROM record WHERE number = 4; DELETE FROM event WHERE number = 8")
        let reader = try log.openReader()
        var finder = GapFinder(limits: GapFinder.Limits(), configurations: [[0xab, 0xcd]], now: Self.now)
        var last: Int64 = 0
        while let number = try await page(reader, after: last, &finder) { last = number }
        let gaps = finder.finish(size: 9)
        #expect(gaps.holes == [4...4, 8...8])
        #expect(gaps.unasked == RecordRanges([6]) && gaps.unanswered.isEmpty && gaps.missingConfigurations.isEmpty)
    }

    private func page(_ reader: SQLiteLogReader, after last: Int64, _ finder: inout GapFinder) async throws -> Int64? {
        let page = try await reader.auditedEntries(after: last, limit: 2)
        for entry in page {
            switch entry {
            case .message(let message): finder.message(message)
            case .event(let number): finder.event(number)
            }
        }
        return page.last?.number
    }
}
