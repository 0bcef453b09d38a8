import MessageLog
import Testing
import XRoadModel

/// The state machine, told one event after the other by a clock that only the test moves.
@Suite struct TimestampingScheduleTests {
    static let start = Instant(secondsSince1970: 1_795_435_200)
    static let first = TimestampAuthority(name: "first", url: "http://first/tsa")
    static let second = TimestampAuthority(name: "second", url: "http://second/tsa")

    static func at(_ seconds: Int64) -> Instant { start.adding(seconds: seconds) }

    private func schedule(
        _ mode: TimestampingSettings.Mode = .batch, oldest: Int64? = nil, intervalSeconds: Int64? = nil,
        approved: [TimestampAuthority] = [first, second]
    ) -> TimestampingSchedule {
        var settings = TimestampingSettings()
        settings.mode = mode
        settings.intervalSeconds = intervalSeconds
        var schedule = TimestampingSchedule(settings: settings, oldest: oldest.map(Self.at), at: Self.start)
        schedule.approve(ApprovedTimestampAuthorities(authorities: approved, certificates: []))
        return schedule
    }

    private func fail(_ schedule: inout TimestampingSchedule, _ authority: TimestampAuthority, at seconds: Int64) {
        let failure = AuthorityFailure(
            authority: authority.name, failure: .unreachable(reason: "no route"), time: Self.at(seconds))
        schedule.failed(authority, failure, at: Self.at(seconds))
    }

    /// Which authorities would be asked, or when to look again.
    private func step(_ schedule: TimestampingSchedule, at seconds: Int64) -> String {
        switch schedule.step(at: Self.at(seconds)) {
        case .wait(let until): "wait until \(until.seconds(since: Self.start))"
        case .stamp(let authorities): authorities.map(\.name).joined(separator: ", ")
        }
    }

    @Test func firstBatchAtOnceAndThenEachInterval() {
        var schedule = schedule()
        #expect(step(schedule, at: 0) == "first, second")
        schedule.began()
        schedule.foundNothing(at: Self.at(0))
        #expect(step(schedule, at: 1) == "wait until 60")
        schedule.committed(at: Self.at(10))
        #expect(step(schedule, at: 59) == "wait until 60")
        #expect(step(schedule, at: 60) == "first, second")
        schedule.began()
        schedule.stamped(by: Self.first, oldest: nil, more: false, at: Self.at(61))
        #expect(step(schedule, at: 61) == "wait until 121")
    }

    /// The server's own interval comes before the instance's, and that before the default.
    @Test func interval() {
        var own = schedule(intervalSeconds: 5)
        own.approve(ApprovedTimestampAuthorities(authorities: [Self.first], certificates: [], intervalSeconds: 300))
        own.foundNothing(at: Self.at(0))
        #expect(step(own, at: 1) == "wait until 5")
        var instance = schedule()
        instance.approve(ApprovedTimestampAuthorities(authorities: [Self.first], certificates: [], intervalSeconds: 300))
        instance.foundNothing(at: Self.at(0))
        #expect(step(instance, at: 1) == "wait until 300")
    }

    @Test func fullBatchesFollowAtOnce() {
        var schedule = schedule()
        schedule.began()
        schedule.stamped(by: Self.first, oldest: Self.at(-100), more: true, at: Self.at(2))
        #expect(step(schedule, at: 2) == "first, second")
    }

    @Test func failingAuthoritiesBackOffEachByItself() {
        var schedule = schedule()
        var delays: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<8 {
            fail(&schedule, Self.first, at: now)
            #expect(step(schedule, at: now) == "second")
            guard case .wait(let until) = onlyFirst(schedule).step(at: Self.at(now)) else { break }
            delays.append(until.seconds(since: Self.at(now)))
            now += delays.last ?? 0
        }
        #expect(delays == [1, 2, 4, 8, 16, 32, 60, 60])
        #expect(step(schedule, at: now) == "first, second")
        schedule.stamped(by: Self.first, oldest: nil, more: true, at: Self.at(now))
        fail(&schedule, Self.first, at: now)
        #expect(step(onlyFirst(schedule), at: now) == "wait until \(now + 1)")
    }

    private func onlyFirst(_ schedule: TimestampingSchedule) -> TimestampingSchedule {
        var copy = schedule
        copy.approve(ApprovedTimestampAuthorities(authorities: [Self.first], certificates: []))
        return copy
    }

    @Test func allFailing() {
        var schedule = schedule()
        fail(&schedule, Self.first, at: 0)
        fail(&schedule, Self.first, at: 0)
        fail(&schedule, Self.second, at: 0)
        #expect(step(schedule, at: 0) == "wait until 1")
        #expect(step(schedule, at: 1) == "second")
        #expect(step(schedule, at: 2) == "first, second")
    }

    @Test func noAuthorityApproved() {
        var schedule = schedule(approved: [])
        #expect(step(schedule, at: 0) == "wait until 60")
        schedule.committed(at: Self.at(0))
        #expect(schedule.refusal(at: Self.at(14_401)) == .timestampingFailed(since: Self.at(0), failures: []))
        schedule.approve(ApprovedTimestampAuthorities(authorities: [Self.second], certificates: []))
        #expect(step(schedule, at: 1) == "second")
    }

    /// An authority that was taken out of the configuration and comes back starts anew.
    @Test func standingOfAuthorities() {
        var schedule = schedule()
        fail(&schedule, Self.first, at: 0)
        schedule.approve(ApprovedTimestampAuthorities(authorities: [Self.second, Self.first], certificates: []))
        #expect(step(schedule, at: 0) == "second")
        schedule.approve(ApprovedTimestampAuthorities(authorities: [Self.second], certificates: []))
        schedule.approve(ApprovedTimestampAuthorities(authorities: [Self.first, Self.second], certificates: []))
        #expect(step(schedule, at: 0) == "first, second")
    }

    /// One second before the limit, at it, and one after; measured from the oldest message.
    @Test func acceptableFailure() {
        var schedule = schedule()
        schedule.committed(at: Self.at(100))
        schedule.committed(at: Self.at(200))
        fail(&schedule, Self.first, at: 14_000)
        fail(&schedule, Self.second, at: 14_001)
        for seconds: Int64 in [14_499, 14_500] { #expect(schedule.refusal(at: Self.at(seconds)) == nil) }
        guard case .timestampingFailed(let since, let failures)? = schedule.refusal(at: Self.at(14_501)) else {
            Issue.record("not refused")
            return
        }
        #expect(since == Self.at(100))
        #expect(failures.map(\.authority) == ["first", "second"])
        #expect(
            schedule.refusal(at: Self.at(14_501))?.description
                == "no time-stamp for messages since 2026-11-23T12:01:40Z: "
                + "TSA first: no route (at 2026-11-23T15:53:20Z); TSA second: no route (at 2026-11-23T15:53:21Z)")
    }

    /// With a backlog the refusal ends when what is left has not waited too long, not with the first success.
    @Test func backToService() {
        var schedule = schedule(oldest: -20_000)
        #expect(schedule.refusal(at: Self.at(0)) != nil)
        schedule.began()
        schedule.took(oldest: Self.at(-20_000))
        schedule.stamped(by: Self.first, oldest: Self.at(-15_000), more: true, at: Self.at(1))
        #expect(schedule.refusal(at: Self.at(1)) != nil)
        schedule.began()
        schedule.stamped(by: Self.first, oldest: Self.at(-14_000), more: true, at: Self.at(2))
        #expect(schedule.refusal(at: Self.at(2)) == nil)
    }

    /// What is committed while a batch is under way is not forgotten with it.
    @Test func messagesDuringABatch() {
        var schedule = schedule()
        schedule.committed(at: Self.at(0))
        schedule.began()
        schedule.committed(at: Self.at(1))
        schedule.stamped(by: Self.first, oldest: nil, more: false, at: Self.at(2))
        #expect(schedule.refusal(at: Self.at(2 + 14_400)) == nil)
        #expect(schedule.refusal(at: Self.at(2 + 14_401)) != nil)
        schedule.began()
        schedule.foundNothing(at: Self.at(3))
        #expect(schedule.refusal(at: Self.at(99_999)) == nil)
    }

    @Test func immediateMode() {
        var schedule = schedule(.immediate)
        schedule.foundNothing(at: Self.at(0))
        #expect(step(schedule, at: 1) == "wait until 60")
        schedule.committed(at: Self.at(5))
        #expect(step(schedule, at: 5) == "first, second")
        schedule.began()
        schedule.committed(at: Self.at(5))
        schedule.stamped(by: Self.first, oldest: nil, more: false, at: Self.at(6))
        #expect(step(schedule, at: 6) == "first, second")
        schedule.began()
        schedule.stamped(by: Self.first, oldest: nil, more: false, at: Self.at(7))
        #expect(step(schedule, at: 7) == "wait until 67")
    }

    /// Refused at once while no authority may be asked, and taken again when one may.
    @Test func immediateModeWithoutAuthorities() {
        var schedule = schedule(.immediate)
        fail(&schedule, Self.first, at: 0)
        #expect(schedule.refusal(at: Self.at(0)) == nil)
        fail(&schedule, Self.second, at: 0)
        #expect(schedule.refusal(at: Self.at(0)) != nil)
        #expect(schedule.refusal(at: Self.at(1)) == nil)
        #expect(self.schedule(.immediate, approved: []).refusal(at: Self.at(0)) != nil)
    }

    /// An hour back, and an hour ahead: neither stops time-stamping.
    @Test(arguments: [TimestampingSettings.Mode.batch, .immediate]) func clockThatJumps(_ mode: TimestampingSettings.Mode) {
        var schedule = schedule(mode)
        schedule.stamped(by: Self.first, oldest: nil, more: false, at: Self.at(0))
        #expect(step(schedule, at: 0) == "wait until 60")
        #expect(step(schedule, at: -3600) == "first, second")
        #expect(step(schedule, at: 3600) == "first, second")
        fail(&schedule, Self.first, at: 60)
        fail(&schedule, Self.second, at: 60)
        #expect(step(schedule, at: 60) == "wait until 61")
        #expect(step(schedule, at: -3600) == "first, second")
        #expect(schedule.refusal(at: Self.at(-3600)) == nil)
    }

    @Test func failingStore() {
        var schedule = schedule()
        schedule.began()
        schedule.storeFailed(at: Self.at(0))
        #expect(step(schedule, at: 0) == "wait until 1")
        schedule.storeFailed(at: Self.at(1))
        #expect(step(schedule, at: 1) == "wait until 3")
        schedule.stamped(by: Self.first, oldest: nil, more: false, at: Self.at(3))
        schedule.storeFailed(at: Self.at(63))
        #expect(step(schedule, at: 63) == "wait until 64")
    }
}
