#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A document's bytes in UTF-8, checked to hold only characters of XML 1.0, production 2.
struct DecodedSource {
    let encoding: XMLEncoding
    let bytes: [UInt8]
    /// Where the document begins: behind the byte order mark.
    let start: Int
    /// Where its first markup begins: behind the XML declaration.
    let content: Int

    init(_ source: [UInt8]) throws(XMLFailure) {
        let marked: XMLEncoding?
        var decoded = source
        switch (source.first, source.dropFirst().first) {
        case (0xEF, 0xBB) where source.dropFirst(2).first == 0xBF: (marked, start) = (.utf8, 3)
        case (0xFE, 0xFF), (0xFF, 0xFE): (marked, start, decoded) = (.utf16, 0, try Self.decodeUTF16(source))
        default: (marked, start) = (nil, 0)
        }
        let declaration = try XMLDeclaration.read(decoded, at: start)
        encoding = try Self.encoding(marked: marked, declared: declaration?.encoding)
        if encoding == .latin1 { decoded = Self.decodeLatin1(decoded) }
        try Self.checkCharacters(decoded)
        bytes = decoded
        content = declaration?.end ?? start
    }

    private static func encoding(marked: XMLEncoding?, declared name: String?) throws(XMLFailure) -> XMLEncoding {
        guard let name else { return marked ?? .utf8 }
        let declared = XMLEncoding(declared: name)
        if let marked, marked != declared { throw .contradictoryEncoding(declared: name, actual: marked) }
        guard let declared else { throw .unsupportedEncoding(name) }
        if marked == nil, declared == .utf16 { throw .contradictoryEncoding(declared: name, actual: .utf8) }
        return declared
    }

    private static func decodeUTF16(_ source: [UInt8]) throws(XMLFailure) -> [UInt8] {
        guard source.count % 2 == 0 else { throw .invalidCharacters }
        let high = source[0] == 0xFE ? 0 : 1
        let units = stride(from: 2, to: source.count, by: 2).lazy.map { (index: Int) -> UInt16 in
            UInt16(source[index + high]) << 8 | UInt16(source[index + 1 - high])
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        let broken = transcode(
            units.makeIterator(), from: UTF16.self, to: UTF8.self, stoppingOnError: true, into: { bytes.append($0) })
        guard !broken else { throw .invalidCharacters }
        return bytes
    }

    private static func decodeLatin1(_ source: [UInt8]) -> [UInt8] {
        source.flatMap { $0 < 0x80 ? [$0] : [0xC0 | $0 >> 6, 0x80 | $0 & 0x3F] }
    }

    /// Shortest-form UTF-8 without surrogates, and none of the control characters, U+FFFE and U+FFFF.
    private static func checkCharacters(_ bytes: [UInt8]) throws(XMLFailure) {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { throw .invalidCharacters }
        let isRefused = bytes.withUnsafeBufferPointer { holdsControl($0) || holdsNoncharacter($0) }
        guard !isRefused else { throw .invalidCharacters }
    }

    /// One verdict on all bytes, without a branch: so the compiler looks at many at once.
    private static func holdsControl(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var found: UInt8 = 0
        for byte in bytes {
            let isSpace: UInt8 = (byte == 0x09 ? 1 : 0) | (byte == 0x0A ? 1 : 0) | (byte == 0x0D ? 1 : 0)
            found |= (byte < 0x20 ? 1 : 0) & ~isSpace
        }
        return found != 0
    }

    private static func holdsNoncharacter(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // Few documents have its first byte anywhere.
        guard let base = bytes.baseAddress, memchr(base, 0xEF, bytes.count) != nil else { return false }
        return bytes.indices.contains { bytes[$0] == 0xEF && bytes[$0 + 1] == 0xBF && bytes[$0 + 2] >= 0xBE }
    }
}
