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
            var written = 0
            alphabet.withUnsafeBufferPointer { alphabet in
                var index = 0
                while index < bytes.count {
                    let second = index + 1 < bytes.count ? bytes[index + 1] : 0
                    let third = index + 2 < bytes.count ? bytes[index + 2] : 0
                    output[written] = alphabet[Int(bytes[index] >> 2)]
                    output[written + 1] = alphabet[Int(bytes[index] & 3) << 4 | Int(second >> 4)]
                    output[written + 2] = index + 1 < bytes.count ? alphabet[Int(second & 15) << 2 | Int(third >> 6)] : pad
                    output[written + 3] = index + 2 < bytes.count ? alphabet[Int(third & 63)] : pad
                    index += 3
                    written += 4
                }
            }
            return written
        }
    }

    /// Nil for anything but the one encoding of some bytes: no white space, full padding, unused bits zero.
    package static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }

    /// As above, but spaces, tabs and line ends are passed over, as XML Schema's base64Binary and MIME have it.
    package static func decode(spaced text: String) -> [UInt8]? {
        decode(text.utf8.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D })
    }

    private static func decode(_ characters: [UInt8]) -> [UInt8]? {
        guard characters.count.isMultiple(of: 4) else { return nil }
        guard let last = characters.last else { return [] }
        let padding = last != pad ? 0 : characters[characters.count - 2] == pad ? 2 : 1
        let digits = characters.dropLast(padding)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        var collected: UInt32 = 0
        var bits = 0
        for character in digits {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            collected = collected << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: collected >> UInt32(bits)))
            }
        }
        guard collected & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return bytes
    }
}
