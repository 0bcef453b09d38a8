import XRoadModel

/// An entry's time as ZIP has it (APPNOTE 4.4.6): date and time of MS-DOS, taken as UTC, in steps of two seconds.
package struct ZIPTime: Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Before 1980 and after 2107 the nearest that ZIP can hold.
    package init(_ instant: Instant) {
        let digits = instant.iso8601(milliseconds: false).split { !$0.isNumber }.compactMap { UInt32($0) }
        if digits.count != 6 || digits[0] < 1980 {
            rawValue = 1 << 21 | 1 << 16
        } else if digits[0] > 2107 {
            rawValue = 127 << 25 | 12 << 21 | 31 << 16 | 23 << 11 | 59 << 5 | 29
        } else {
            let date = (digits[0] - 1980) << 9 | digits[1] << 5 | digits[2]
            rawValue = date << 16 | digits[3] << 11 | digits[4] << 5 | digits[5] / 2
        }
    }
}
