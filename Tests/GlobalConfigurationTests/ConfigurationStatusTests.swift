import GlobalConfiguration
import Testing
import XRoadModel

/// The state machine of refreshes, event by event.
@Suite struct ConfigurationStatusTests {
    private static let start = Instant(secondsSince1970: 1_800_000_000)
    private let failure = ConfigurationFailure.invalidSignature

    private func at(_ seconds: Int64) -> Instant { Self.start.adding(seconds: seconds) }

    /// A configuration that expires `seconds` after the start.
    private func snapshot(until seconds: Int64) throws -> ConfigurationSnapshot {
        let shared = SharedParameters(instance: "X", ocspFreshnessSeconds: 1)
        let part = ConfigurationPart(
            content: .sharedParameters, instance: "X", version: 5, expires: at(seconds), bytes: try shared.encoded())
        return try ConfigurationSnapshot(ConfigurationBundle(instance: "X", parts: [part], directories: []), at: Self.start)
    }

    @Test func beginsWithoutConfiguration() {
        let status = ConfigurationStatus()
        #expect(status.phase(at: at(0)) == .missing)
        #expect(status.nextRefresh == nil)
        #expect(throws: ConfigurationFailure.noConfiguration) { try status.valid(at: at(0)) }
    }

    @Test func successLastsUntilTheEndOfValidity() throws {
        var status = ConfigurationStatus()
        let began = status.begin()
        #expect(began && status.isRefreshing)
        status.succeeded(try snapshot(until: 600), at: at(0))
        #expect(!status.isRefreshing)
        #expect(status.nextRefresh == at(60))
        #expect(status.phase(at: at(600)) == .valid(until: at(600)))
        #expect(try status.valid(at: at(600)).instance == "X")
        #expect(status.phase(at: at(601)) == .expired(since: at(600)))
        #expect(throws: ConfigurationFailure.expired(at(600))) { try status.valid(at: at(601)) }
    }

    @Test func anotherScheduleHoldsAtOnce() throws {
        var status = ConfigurationStatus()
        status.follow(RefreshSchedule(everySeconds: 20), at: at(0))
        #expect(status.nextRefresh == nil)
        _ = status.begin()
        status.succeeded(try snapshot(until: 600), at: at(0))
        #expect(status.nextRefresh == at(20))
        status.follow(RefreshSchedule(everySeconds: 5), at: at(1))
        #expect(status.nextRefresh == at(6))
        status.follow(RefreshSchedule(everySeconds: 600), at: at(2))
        #expect(status.nextRefresh == at(6), "what is due soon stays so")
    }

    @Test func oneRefreshAtATime() throws {
        var status = ConfigurationStatus()
        let attempts = [status.begin(), status.begin()]
        #expect(attempts == [true, false])
        status.failed(failure, at: at(0))
        let again = status.begin()
        #expect(again)
    }

    @Test func failuresKeepTheLastGoodOneAndBackOff() throws {
        var status = ConfigurationStatus()
        status.succeeded(try snapshot(until: 600), at: at(0))
        var delays: [Int64] = []
        for attempt in 1...7 {
            status.failed(failure, at: at(Int64(attempt)))
            delays.append(try #require(status.nextRefresh).seconds(since: at(Int64(attempt))))
        }
        #expect(delays == [3, 6, 12, 24, 48, 60, 60])
        #expect(status.failuresInRow == 7)
        #expect(status.lastFailure == failure)
        #expect(status.lastSuccess == at(0))
        #expect(try status.valid(at: at(600)).expires == at(600))
        status.succeeded(try snapshot(until: 1200), at: at(100))
        #expect(status.failuresInRow == 0)
        #expect(status.lastFailure == nil)
        #expect(status.nextRefresh == at(160))
    }

    @Test func aLongOutageDoesNotOverflow() {
        var status = ConfigurationStatus()
        for _ in 0..<100 { status.failed(failure, at: at(0)) }
        #expect(status.nextRefresh == at(60))
    }

    /// Without any configuration the reason of the last failure is what helps.
    @Test func failureNamesTheReason() {
        var status = ConfigurationStatus()
        status.failed(failure, at: at(0))
        #expect(throws: failure) { try status.valid(at: at(0)) }
    }

    @Test func storedConfigurationServesUntilARefresh() throws {
        var status = ConfigurationStatus()
        status.opened(try snapshot(until: 10))
        #expect(status.phase(at: at(5)) == .valid(until: at(10)))
        #expect(status.phase(at: at(11)) == .expired(since: at(10)))
        status.succeeded(try snapshot(until: 600), at: at(11))
        status.opened(try snapshot(until: 10))
        #expect(status.phase(at: at(12)) == .valid(until: at(600)))
    }
}
