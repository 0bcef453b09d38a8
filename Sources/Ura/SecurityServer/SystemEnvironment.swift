import Exchange
import Foundation
import XRoadModel

/// The real clock and real randomness.
struct SystemEnvironment: ExchangeEnvironment {
    func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(millisecondsSince1970: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    func makeIdentifier() -> String { UUID().uuidString.lowercased() }
}
