/// The path of a call below its service, in the one form on which rights are decided and under which the service is called
/// (RFC 3986 6.2.2): unreserved characters stand as they are, other escapes are kept in upper case. Empty segments are kept.
///
/// Dot segments, also as escapes, behind encoded slashes or with matrix parameters, are refused rather than resolved: some
/// servers resolve them once more than others.
package struct NormalizedPath: Hashable, Sendable {
    /// Empty, or beginning with `/`.
    package let text: String
    /// Decoded once; what stands between slashes.
    package let segments: [String]

    package init(_ raw: String) throws(CodecFailure) {
        guard raw.isEmpty || raw.utf8.first == UInt8(ascii: "/") else { throw .invalidREST("path does not begin with a slash") }
        var text: [UInt8] = []
        var segments: [String] = []
        for segment in raw.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            guard let decoded = PercentEncoding.decode(segment: segment) else {
                throw .invalidREST("path has a character or an escape that is not allowed")
            }
            guard !Self.hasDotSegment(decoded) else { throw .invalidREST("path has a dot segment") }
            text.append(UInt8(ascii: "/"))
            Self.append(segment, to: &text)
            segments.append(decoded)
        }
        self.text = String(decoding: text, as: UTF8.self)
        self.segments = segments
    }

    /// `segment` has been decoded before, so its escapes are well formed.
    private static func append(_ segment: Substring.UTF8View, to text: inout [UInt8]) {
        var bytes = segment.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                text.append(byte)
                continue
            }
            let high = bytes.next().flatMap(Characters.hexadecimal) ?? 0
            let low = bytes.next().flatMap(Characters.hexadecimal) ?? 0
            let decoded = high << 4 | low
            if Characters.unreserved.contains(decoded) {
                text.append(decoded)
            } else {
                PercentEncoding.append(escaped: decoded, to: &text)
            }
        }
    }

    private static func hasDotSegment(_ segment: String) -> Bool {
        segment.utf8.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.contains { part in
            let name = part.prefix { $0 != UInt8(ascii: ";") }
            return name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8)
        }
    }
}
