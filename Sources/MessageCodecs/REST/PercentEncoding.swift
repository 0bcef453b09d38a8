/// Percent-encoding of one path segment (RFC 3986 2.1, PR-REST 4.2).
enum PercentEncoding {
    /// Decodes once. Nil for a character that may not stand in a segment, an incomplete escape, bytes that are not UTF-8 and
    /// control characters, encoded or not.
    static func decode(segment: some Sequence<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var source = segment.makeIterator()
        while let byte = source.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = source.next().flatMap(Characters.hexadecimal),
                    let low = source.next().flatMap(Characters.hexadecimal)
                else { return nil }
                bytes.append(high << 4 | low)
            } else {
                guard Characters.segment.contains(byte) else { return nil }
                bytes.append(byte)
            }
        }
        guard !bytes.contains(where: Characters.isControl), (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Leaves what X-Road leaves: everything that may stand in a segment.
    static func encode(segment: String) -> String {
        if segment.utf8.allSatisfy({ Characters.segment.contains($0) }) { return segment }
        var bytes: [UInt8] = []
        for byte in segment.utf8 {
            if Characters.segment.contains(byte) { bytes.append(byte) } else { append(escaped: byte, to: &bytes) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func append(escaped byte: UInt8, to bytes: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
