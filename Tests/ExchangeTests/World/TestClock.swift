import Exchange
import Foundation
import Synchronization
import XRoadModel

/// Time that stands still until a test moves it.
final class TestClock: ExchangeEnvironment {
    static let start = Instant(secondsSince1970: 1_772_438_400)
    private let time = Mutex(start)

    func now() -> Instant { time.withLock { $0 } }
    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
    func makeIdentifier() -> String { UUID().uuidString.lowercased() }
}
