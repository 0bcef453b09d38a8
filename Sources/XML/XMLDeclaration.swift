/// `<?xml version="1.0" encoding="…" standalone="…"?>` (XML 1.0, production 23). Read strictly and apart from libxml2,
/// so that no document is decoded by one rule here and another one there.
struct XMLDeclaration {
    let encoding: String?
    /// Behind `?>`. What stands before is ASCII.
    let end: Int

    private static let maximumBytes = 256

    /// nil where the document begins otherwise.
    static func read(_ bytes: [UInt8], at start: Int) throws(XMLFailure) -> XMLDeclaration? {
        guard bytes[start...].starts(with: "<?xml".utf8), start + 5 < bytes.count, bytes[start + 5].isXMLSpace else {
            return nil
        }
        var reader = Reader(rest: bytes[(start + 5)...].prefix(maximumBytes))
        guard reader.value(of: "version") == "1.0" else { throw malformed }
        let encoding = reader.value(of: "encoding")
        if let standalone = reader.value(of: "standalone"), standalone != "yes", standalone != "no" { throw malformed }
        guard let end = reader.end() else { throw malformed }
        return XMLDeclaration(encoding: encoding, end: end)
    }

    private static let malformed = XMLFailure.malformed(line: 1, reason: "XML declaration is not one of XML 1.0")

    private struct Reader {
        var rest: ArraySlice<UInt8>

        /// Moves on only if that attribute is next.
        mutating func value(of name: StaticString) -> String? {
            var tail = rest.drop(while: \.isXMLSpace)
            guard tail.startIndex > rest.startIndex, Self.take(name, from: &tail) else { return nil }
            tail = tail.drop(while: \.isXMLSpace)
            guard tail.popFirst() == 0x3D else { return nil }
            tail = tail.drop(while: \.isXMLSpace)
            guard let quote = tail.popFirst(), quote == 0x22 || quote == 0x27 else { return nil }
            let value = tail.prefix { $0 != quote && $0 > 0x20 && $0 < 0x7F }
            guard tail.dropFirst(value.count).first == quote else { return nil }
            rest = tail.dropFirst(value.count + 1)
            return String(decoding: value, as: UTF8.self)
        }

        mutating func end() -> Int? {
            rest = rest.drop(while: \.isXMLSpace)
            return Self.take("?>", from: &rest) ? rest.startIndex : nil
        }

        private static func take(_ text: StaticString, from tail: inout ArraySlice<UInt8>) -> Bool {
            let found = text.withUTF8Buffer { tail.starts(with: $0) }
            if found { tail = tail.dropFirst(text.utf8CodeUnitCount) }
            return found
        }
    }
}

extension UInt8 {
    /// XML 1.0, production 3.
    var isXMLSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
