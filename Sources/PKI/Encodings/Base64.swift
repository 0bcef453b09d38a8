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
                    func encode(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
                        output[written] = alphabet[Int(first >> 2)]
                        output[written + 1] = alphabet[Int(first & 3) << 4 | Int(second >> 4)]
                        output[written + 2] = alphabet[Int(second & 15) << 2 | Int(third >> 6)]
                        output[written + 3] = alphabet[Int(third & 63)]
                        written += 4
                    }
                    let rest = bytes.count % 3
                    let end = bytes.count - rest
                    for index in stride(from: 0, to: end, by: 3) { encode(bytes[index], bytes[index + 1], bytes[index + 2]) }
                    guard rest > 0 else { return written }
                    encode(bytes[end], rest == 2 ? bytes[end + 1] : 0, 0)
                    for missing in rest..<3 { output[end / 3 * 4 + 1 + missing] = pad }
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
            // Most texts hold none, and none of them is in the alphabet.
            if let bytes = decode(characters: characters) { return bytes }
            guard characters.contains(where: isSpace) else { return nil }
            return characters.filter { !isSpace($0) }.withUnsafeBufferPointer(decode(characters:))
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func decode(characters: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard characters.count.isMultiple(of: 4) else { return nil }
        guard let last = characters.last else { return [] }
        let padding = last != pad ? 0 : characters[characters.count - 2] == pad ? 2 : 1
        let groups = characters.count / 4
        var isEncoding = false
        let bytes = [UInt8](unsafeUninitializedCapacity: groups * 3) { output, count in
            count = groups * 3 - padding
            isEncoding = values.withUnsafeBufferPointer { values in
                // Of all digits together: a character outside the alphabet shows in the upper two bits.
                var bits: UInt8 = 0
                for group in 0..<groups {
                    let missing = group < groups - 1 ? 0 : padding
                    let first = values[Int(characters[group * 4])]
                    let second = values[Int(characters[group * 4 + 1])]
                    let third = missing > 1 ? 0 : values[Int(characters[group * 4 + 2])]
                    let fourth = missing > 0 ? 0 : values[Int(characters[group * 4 + 3])]
                    bits |= first | second | third | fourth
                    output[group * 3] = first << 2 | second >> 4
                    output[group * 3 + 1] = second << 4 | third >> 2
                    output[group * 3 + 2] = third << 6 | fourth
                }
                return bits < 64 && (padding == 0 || output[count] == 0)
            }
        }
        return isEncoding ? bytes : nil
    }
}
