#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Splits a document (UTF-8, valid characters, no byte order mark) into tags and what lies between, by the delimiters
/// alone: names, references and namespaces are libxml2's to judge. Runs before libxml2, to bound what it will meet, and
/// again where the byte offsets of tags are wanted.
///
/// Sound as a bound because nothing that it skips as opaque can hold a tag for libxml2, not even after an error: an
/// attribute value holds no `<`, a comment no `--`, an instruction has a plain target.
struct XMLLexer {
    struct Token {
        enum Kind { case start, empty, end, text, section, comment, instruction }
        let kind: Kind
        let range: Range<Int>
        /// Of the qualified name of a tag.
        var name = 0..<0
        var attributes = 0
        var namespaces = 0
    }

    private let bytes: [UInt8]
    private let limits: XMLLimits
    private var position: Int

    /// `start`: behind the byte order mark and the XML declaration.
    init(_ bytes: [UInt8], start: Int, limits: XMLLimits) {
        self.bytes = bytes
        self.limits = limits
        position = start
    }

    mutating func next() throws(XMLFailure) -> Token? {
        guard position < bytes.count else { return nil }
        let begin = position
        guard bytes[begin] == 0x3C else {
            position = nextMarkup()
            return try token(.text, from: begin)
        }
        switch peek(1) {
        case 0x2F: return try endTag()
        case 0x3F: return try instruction()
        case 0x21: return try markup()
        default: return try startTag()
        }
    }

    /// Where `<` stands next, or the end; by the library's vectorised search, because most of a document is text.
    private func nextMarkup() -> Int {
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base + position, 0x3C, bytes.count - position) else {
                return bytes.count
            }
            return UnsafeRawPointer(found) - base
        }
    }

    private func peek(_ distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func token(_ kind: Token.Kind, from begin: Int) throws(XMLFailure) -> Token {
        try limits.check(.textBytes, position - begin)
        return Token(kind: kind, range: begin..<position)
    }

    private mutating func markup() throws(XMLFailure) -> Token {
        let begin = position
        let rest = bytes[begin...]
        if rest.starts(with: "<!--".utf8) {
            try skip(past: "--", from: begin + 4)
            guard position < bytes.count, bytes[position] == 0x3E else { throw failure("\"--\" within a comment") }
            position += 1
            return try token(.comment, from: begin)
        }
        if rest.starts(with: "<![CDATA[".utf8) {
            try skip(past: "]]>", from: begin + 9)
            return try token(.section, from: begin)
        }
        if rest.starts(with: "<!DOCTYPE".utf8) { throw .documentTypeRefused }
        throw failure("unknown markup declaration")
    }

    private mutating func instruction() throws(XMLFailure) -> Token {
        let begin = position
        guard let first = peek(2), first | 0x20 >= 0x61 && first | 0x20 <= 0x7A || first == 0x5F else {
            throw failure("processing instruction without a plain target")
        }
        try skip(past: "?>", from: begin + 2)
        return try token(.instruction, from: begin)
    }

    private mutating func skip(past delimiter: StaticString, from start: Int) throws(XMLFailure) {
        let count = delimiter.utf8CodeUnitCount
        let last = delimiter.withUTF8Buffer { $0[count - 1] }
        var end = start + count
        while end <= bytes.count {
            if bytes[end - 1] == last,
                delimiter.withUTF8Buffer({ text in (0..<count).allSatisfy { bytes[end - count + $0] == text[$0] } })
            {
                position = end
                return
            }
            end += 1
        }
        throw failure("markup does not end")
    }

    private mutating func endTag() throws(XMLFailure) -> Token {
        let begin = position
        position += 2
        let name = try qualifiedName()
        skipSpace()
        guard peek(0) == 0x3E else { throw failure("end tag does not end") }
        position += 1
        return Token(kind: .end, range: begin..<position, name: name)
    }

    private mutating func startTag() throws(XMLFailure) -> Token {
        let begin = position
        position += 1
        let name = try qualifiedName()
        var attributes = 0
        var namespaces = 0
        while true {
            let spaced = skipSpace()
            switch peek(0) {
            case 0x3E:
                position += 1
                return Token(
                    kind: .start, range: begin..<position, name: name, attributes: attributes, namespaces: namespaces)
            case 0x2F where peek(1) == 0x3E:
                position += 2
                return Token(
                    kind: .empty, range: begin..<position, name: name, attributes: attributes, namespaces: namespaces)
            default:
                guard spaced else { throw failure("white space missing in a tag") }
                attributes += 1
                try limits.check(.attributes, attributes)
                if try attribute() { namespaces += 1 }
            }
        }
    }

    /// True for a namespace declaration.
    private mutating func attribute() throws(XMLFailure) -> Bool {
        let name = try qualifiedName()
        skipSpace()
        guard peek(0) == 0x3D else { throw failure("attribute without a value") }
        position += 1
        skipSpace()
        guard let quote = peek(0), quote == 0x22 || quote == 0x27 else { throw failure("attribute value without quotes") }
        position += 1
        let begin = position
        while let byte = peek(0), byte != quote, byte != 0x3C { position += 1 }
        guard peek(0) == quote else { throw failure("attribute value does not end") }
        let prefix = bytes[name].prefix(6)
        let isDeclaration = prefix.elementsEqual("xmlns".utf8) || prefix.elementsEqual("xmlns:".utf8)
        try limits.check(isDeclaration ? .namespaceBytes : .textBytes, position - begin)
        position += 1
        return isDeclaration
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let begin = position
        while let byte = peek(0), byte.isXMLSpace { position += 1 }
        return position > begin
    }

    private mutating func qualifiedName() throws(XMLFailure) -> Range<Int> {
        let begin = position
        scan: while let byte = peek(0) {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D, 0x22, 0x26, 0x27, 0x2F, 0x3C, 0x3D, 0x3E: break scan
            default: position += 1
            }
        }
        guard position > begin else { throw failure("name missing") }
        try limits.check(.nameBytes, position - begin)
        return begin..<position
    }

    func failure(_ reason: String) -> XMLFailure {
        let line = bytes[..<min(position, bytes.count)].count { $0 == 0x0A } + 1
        return .malformed(line: line, reason: reason)
    }
}
