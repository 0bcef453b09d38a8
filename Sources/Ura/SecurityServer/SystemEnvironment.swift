import Exchange
import Glibc
import PKI
import XRoadModel

/// The real clock and real randomness.
struct SystemEnvironment: ExchangeEnvironment {
    func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(millisecondsSince1970: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Version 4 (RFC 9562 5.4). Foundation's `UUID` opens /dev/urandom for each.
    func makeIdentifier() -> String {
        var bytes = Randomness.bytes(16)
        bytes[6] = 0x40 | bytes[6] & 0x0F
        bytes[8] = 0x80 | bytes[8] & 0x3F
        var digits = Hexadecimal.encode(bytes)
        for position in [20, 16, 12, 8] { digits.insert("-", at: digits.utf8.index(digits.startIndex, offsetBy: position)) }
        return digits
    }
}
