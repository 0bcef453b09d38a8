/// Classes of ASCII characters. Letters and digits are in each.
enum Characters {
    /// RFC 9110 5.6.2.
    static let token = table("!#$%&'*+-.^_`|~")
    /// RFC 3986 2.3.
    static let unreserved = table("-._~")
    /// What may stand unencoded in a path segment (RFC 3986 3.3, pchar without the percent sign).
    static let segment = table("-._~!$&'()*+,;=:@")
    /// What may stand in a query (RFC 3986 3.4), and square brackets, which many clients leave as they are.
    static let query = table("-._~!$&'()*+,;=:@/?[]%")
    /// RFC 2046 5.1.1 bchars.
    static let boundary = table("'()+_,-./:=? ")

    static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The value of a hexadecimal digit.
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    private static func table(_ others: String) -> ByteSet {
        var table = ByteSet()
        for byte in others.utf8 { table.insert(byte) }
        for range in [0x30...0x39, 0x41...0x5A, 0x61...0x7A] as [ClosedRange<UInt8>] {
            for byte in range { table.insert(byte) }
        }
        return table
    }
}

/// A set of ASCII characters, one bit for each.
struct ByteSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
    }

    func contains(_ byte: UInt8) -> Bool {
        byte < 128 && (byte < 64 ? low : high) & 1 << UInt64(byte & 63) != 0
    }
}
