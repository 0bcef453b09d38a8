/// Classes of ASCII characters as tables over all byte values. Letters and digits are in each.
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

    private static func table(_ others: String) -> [Bool] {
        var table = [Bool](repeating: false, count: 256)
        for byte in others.utf8 { table[Int(byte)] = true }
        for range in [0x30...0x39, 0x41...0x5A, 0x61...0x7A] {
            for byte in range { table[byte] = true }
        }
        return table
    }
}
