/// The header of a message part, in order and spelling as received. Bytes beyond ASCII are kept one for one, as X-Road keeps them.
package struct MIMEHeaders: Hashable, Sendable {
    package let contentType: ContentType?
    /// All fields but the content type.
    package let others: [HeaderField]

    package init(contentType: ContentType?, others: [HeaderField] = []) {
        self.contentType = contentType
        self.others = others.filter { !$0.named(Self.contentTypeName) }
    }

    init(fields: [HeaderField]) throws(CodecFailure) {
        guard fields.count(Self.contentTypeName) < 2 else { throw .malformedMultipart("content type stands twice") }
        self.init(
            contentType: try fields.first(Self.contentTypeName).map { text throws(CodecFailure) in try ContentType(text) },
            others: fields)
    }

    /// X-Road's spelling.
    static let contentTypeName = "content-type"
}

/// Reads header fields line by line and unfolds continuation lines (RFC 5322 2.2.3), as X-Road does.
struct MIMEHeaderReader: Sendable {
    private(set) var fields: [HeaderField] = []
    private var name = ""
    private var value: [UInt8] = []

    /// `line` without its line break.
    mutating func read(_ line: ArraySlice<UInt8>) throws(CodecFailure) {
        guard line.allSatisfy({ !Characters.isControl($0) || $0 == 0x09 }) else {
            throw .malformedMultipart("control character in a part's header")
        }
        if let first = line.first, Characters.isBlank(first) {
            guard !name.isEmpty else { throw .malformedMultipart("part's header begins with a continuation line") }
            value += line
        } else {
            finishField()
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[..<colon].allSatisfy({ Characters.token.contains($0) }),
                colon > line.startIndex
            else { throw .malformedMultipart("line in a part's header is not a field") }
            name = String(decoding: line[..<colon], as: UTF8.self)
            value = Array(line[(colon + 1)...])
        }
    }

    mutating func finish() throws(CodecFailure) -> MIMEHeaders {
        finishField()
        return try MIMEHeaders(fields: fields)
    }

    private mutating func finishField() {
        guard !name.isEmpty else { return }
        let trimmed = value.trimmed(while: Characters.isBlank)
        fields.append(HeaderField(valid: name, Latin1.decode(trimmed)))
        name = ""
    }
}

extension [UInt8] {
    func trimmed(while skip: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !skip($0) }), let last = lastIndex(where: { !skip($0) }) else { return [] }
        return self[first...last]
    }
}

/// ISO 8859-1: each byte is the scalar of the same number.
enum Latin1 {
    static func decode(_ bytes: some Collection<UInt8>) -> String {
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    /// Scalars beyond the first 256 become `?`, as in X-Road.
    static func encode(_ text: String) -> [UInt8] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return Array(text.utf8) }
        return text.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
    }
}
