/// Base64 with padding (RFC 4648 4).
package enum Base64 {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let pad = UInt8(ascii: "=")

    /// The value of each ASCII character; 255 for those outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    package static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output in
            alphabet.withUnsafeBufferPointer { alphabet in
                bytes.withUnsafeBufferPointer { bytes in
                    var written = 0
                    for index in stride(from: 0, to: bytes.count, by: 3) {
                        let second = index + 1 < bytes.count ? bytes[index + 1] : 0
                        let third = index + 2 < bytes.count ? bytes[index + 2] : 0
                        output[written] = alphabet[Int(bytes[index] >> 2)]
                        output[written + 1] = alphabet[Int(bytes[index] & 3) << 4 | Int(second >> 4)]
                        output[written + 2] = index + 1 < bytes.count ? alphabet[Int(second & 15) << 2 | Int(third >> 6)] : pad
                        output[written + 3] = index + 2 < bytes.count ? alphabet[Int(third & 63)] : pad
                        written += 4
                    }
                    return written
                }
            }
        }
    }

    /// Nil for anything but the one encoding of some bytes: no white space, full padding, unused bits zero.
    package static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8(decode(characters:))
    }

    /// As above, but spaces, tabs and line ends are passed over, as XML Schema's base64Binary and MIME have it.
    package static func decode(spaced text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { characters in
            guard characters.contains(where: isSpace) else { return decode(characters: characters) }
            return characters.filter { !isSpace($0) }.withUnsafeBufferPointer(decode(characters:))
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func decode(characters: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard characters.count.isMultiple(of: 4) else { return nil }
        guard let last = characters.last else { return [] }
        let padding = last != pad ? 0 : characters[characters.count - 2] == pad ? 2 : 1
        // Of all digits together: a character outside the alphabet shows in the upper two.
        var bits: UInt8 = 0
        var unused: UInt32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: characters.count / 4 * 3) { output, count in
            values.withUnsafeBufferPointer { values in
                for start in stride(from: 0, to: characters.count, by: 4) {
                    let missing = start + 4 < characters.count ? 0 : padding
                    var group: UInt32 = 0
                    for index in start..<start + 4 {
                        let value = index < start + 4 - missing ? values[Int(characters[index])] : 0
                        bits |= value
                        group = group << 6 | UInt32(value)
                    }
                    for shift in 0..<3 { output[count + shift] = UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * shift)) }
                    count += 3 - missing
                    unused = group & (1 << UInt32(8 * missing) - 1)
                }
            }
        }
        return bits < 64 && unused == 0 ? bytes : nil
    }
}
