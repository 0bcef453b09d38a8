import XRoadModel

/// The text of a leaf, which the log's tree hashes (contracts/message-log.md): UTF-8, one `name=value` line each, ended by a line
/// feed. In values `%`, CR and LF are percent-encoded, in codes of identifiers also `/`, which joins them.
struct LeafText {
    enum Kind: String { case message, event }

    private(set) var bytes: [UInt8] = []

    /// The whole leaf of entry `number`; `lines` are those after its number, which is known last.
    static func leaf(_ kind: Kind, number: Int64, lines: [UInt8]) -> [UInt8] {
        var text = LeafText()
        text.bytes.reserveCapacity(64 + lines.count)
        text.bytes += "ura-log-leaf 1 \(kind.rawValue)\n".utf8
        text.line("number", number)
        text.bytes += lines
        return text.bytes
    }

    mutating func line(_ name: String, _ value: String) {
        begin(name)
        append(value, encodingSlash: false)
        end()
    }

    mutating func line(_ name: String, _ value: some BinaryInteger) {
        begin(name)
        bytes += String(value).utf8
        end()
    }

    mutating func line(_ name: String, hexadecimal value: [UInt8]) {
        begin(name)
        for byte in value {
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
        end()
    }

    /// Codes joined by `/`; a missing subsystem before a service code is an empty code.
    mutating func line(_ name: String, codes: [String]) {
        begin(name)
        for (index, code) in codes.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "/")) }
            append(code, encodingSlash: true)
        }
        end()
    }

    private mutating func begin(_ name: String) {
        bytes += name.utf8
        bytes.append(UInt8(ascii: "="))
    }

    private mutating func end() { bytes.append(UInt8(ascii: "\n")) }

    private mutating func append(_ value: String, encodingSlash: Bool) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): encode(byte)
            case UInt8(ascii: "/") where encodingSlash: encode(byte)
            default: bytes.append(byte)
            }
        }
    }

    private mutating func encode(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(Self.upperDigits[Int(byte >> 4)])
        bytes.append(Self.upperDigits[Int(byte & 15)])
    }

    private static let digits = Array("0123456789abcdef".utf8)
    private static let upperDigits = Array("0123456789ABCDEF".utf8)
}
