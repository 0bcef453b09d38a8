import Testing
import XRoadModel

@testable import Ura

@Suite struct WitnessSilenceTests {
    @Test func silenceIsToldOnceInAWhile() {
        let silence = WitnessSilence()
        let start = Instant(secondsSince1970: 1_790_000_000)
        #expect(silence.toTell(after: 600, at: start) == nil)
        silence.begin(at: start)
        silence.begin(at: start.adding(seconds: 300))
        #expect(silence.toTell(after: 600, at: start.adding(seconds: 599)) == nil)
        #expect(silence.toTell(after: 600, at: start.adding(seconds: 600)) == start)
        #expect(silence.toTell(after: 600, at: start.adding(seconds: 660)) == nil)
        #expect(silence.toTell(after: 600, at: start.adding(seconds: 1200)) == start)
        silence.end()
        #expect(silence.toTell(after: 600, at: start.adding(seconds: 1800)) == nil)
        silence.begin(at: start.adding(seconds: 1800))
        #expect(silence.toTell(after: 600, at: start.adding(seconds: 2400)) == start.adding(seconds: 1800))
    }
}
