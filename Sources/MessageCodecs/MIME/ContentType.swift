/// A media type with its parameters (RFC 9110 8.3, RFC 2045 5.1).
package struct ContentType: Hashable, Sendable {
    package struct Parameter: Hashable, Sendable {
        /// In lower case.
        package let name: String
        /// Without the quotes.
        package let value: String
    }

    /// As received, which is what is passed on.
    package let text: String
    /// Type and subtype in lower case, such as `text/xml`.
    package let mediaType: String
    package let parameters: [Parameter]

    /// Takes what X-Road takes: spaces around separators, empty parameters, and unquoted values with characters that a token may
    /// not have (boundaries often do). A repeated parameter is refused: two readers would not agree on its value.
    package init(_ text: String) throws(CodecFailure) {
        var reader = ParameterReader(text)
        guard HeaderField.isText(text), let mediaType = reader.mediaType(), let parameters = reader.parameters(),
            parameters.count < 2 || Set(parameters.map(\.name)).count == parameters.count
        else { throw .invalidContentType(String(text.prefix(100))) }
        self.text = text
        self.mediaType = mediaType
        self.parameters = parameters
    }

    /// A constant, or made of validated parts.
    init(valid mediaType: String, _ parameters: [Parameter] = []) {
        text = parameters.reduce(mediaType) { "\($0); \($1.name)=\($1.value)" }
        self.mediaType = mediaType
        self.parameters = parameters
    }

    /// `multipart/mixed; charset=UTF-8; boundary=…`, as X-Road writes it.
    static func multipartMixed(boundary: String) -> ContentType {
        ContentType(
            valid: MediaType.multipartMixed,
            [Parameter(name: "charset", value: "UTF-8"), Parameter(name: "boundary", value: boundary)])
    }

    /// `text/xml; charset=UTF-8`.
    package static let xml = ContentType(valid: MediaType.xml, [Parameter(name: "charset", value: "UTF-8")])

    package func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    package var charset: String? { parameter("charset") }
    package var boundary: String? { parameter("boundary") }
}

private struct ParameterReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func mediaType() -> String? {
        skipBlanks()
        let start = position
        // A subtype may hold further slashes: X-Road's own signature/bdoc-1.0/ts does.
        while position < bytes.count, Characters.token.contains(bytes[position]) || bytes[position] == UInt8(ascii: "/") {
            position += 1
        }
        let type = bytes[start..<position]
        skipBlanks()
        let words = type.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard words.count >= 2, words.allSatisfy({ !$0.isEmpty }) else { return nil }
        return String(decoding: type.map(Characters.lower), as: UTF8.self)
    }

    mutating func parameters() -> [ContentType.Parameter]? {
        var found: [ContentType.Parameter] = []
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: ";"), found.count < 32 else { return nil }
            position += 1
            skipBlanks()
            if position == bytes.count || bytes[position] == UInt8(ascii: ";") { continue }
            guard let parameter = parameter() else { return nil }
            found.append(parameter)
            skipBlanks()
        }
        return found
    }

    private mutating func parameter() -> ContentType.Parameter? {
        let start = position
        while position < bytes.count, Characters.token.contains(bytes[position]) { position += 1 }
        let name = String(decoding: bytes[start..<position].map(Characters.lower), as: UTF8.self)
        skipBlanks()
        guard !name.isEmpty, position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return nil }
        position += 1
        skipBlanks()
        guard let value = position < bytes.count && bytes[position] == UInt8(ascii: "\"") ? quoted() : unquoted() else {
            return nil
        }
        return ContentType.Parameter(name: name, value: value)
    }

    private mutating func quoted() -> String? {
        position += 1
        var value: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") { position += 1 }
            guard position < bytes.count else { return nil }
            value.append(bytes[position])
            position += 1
        }
        guard position < bytes.count else { return nil }
        position += 1
        return String(decoding: value, as: UTF8.self)
    }

    private mutating func unquoted() -> String? {
        let start = position
        while position < bytes.count, bytes[position] > 0x20, bytes[position] != UInt8(ascii: ";"),
            bytes[position] != UInt8(ascii: "\""),
            bytes[position] != UInt8(ascii: ",")
        {
            position += 1
        }
        return position == start ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipBlanks() {
        while position < bytes.count, Characters.isBlank(bytes[position]) { position += 1 }
    }
}
