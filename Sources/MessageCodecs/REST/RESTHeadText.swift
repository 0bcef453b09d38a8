/// The common form of both REST heads: two lines, then one line `Name:value` for each field, all ending with CR LF.
struct RESTHeadText: Sendable {
    let first: String
    let second: String
    let fields: [HeaderField]

    /// Strict, so that what is decoded encodes to the same bytes: CR LF only, UTF-8, no control characters, no blank line.
    static func decode(_ bytes: [UInt8]) throws(CodecFailure) -> RESTHeadText {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { throw .invalidREST("head is not UTF-8") }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard let rest = lines.popLast(), rest.isEmpty, lines.count >= 2 else { throw .invalidREST("head is incomplete") }
        guard lines.count - 2 <= RESTFields.maximumCount else {
            throw .limitExceeded(.restFields, limit: RESTFields.maximumCount)
        }
        for index in lines.indices {
            guard lines[index].popLast() == 0x0D, lines[index].allSatisfy({ !Characters.isControl($0) || $0 == 0x09 }) else {
                throw .invalidREST("head has a control character or an incomplete line end")
            }
        }
        var fields: [HeaderField] = []
        for line in lines[2...] {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(Characters.token.contains)
            else { throw .invalidREST("head has a line that is no field") }
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
            fields.append(HeaderField(valid: String(decoding: line[..<colon], as: UTF8.self), value))
        }
        guard !fields.contains(where: { RESTFields.neverInMessage.contains(where: $0.named) }) else {
            throw .invalidREST("head has a field that must not travel")
        }
        return RESTHeadText(
            first: String(decoding: lines[0], as: UTF8.self), second: String(decoding: lines[1], as: UTF8.self), fields: fields)
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            fields.reduce(first.utf8.count + second.utf8.count + 4) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 })
        for line in [first, second] {
            bytes += line.utf8
            bytes += "\r\n".utf8
        }
        for field in fields {
            bytes += field.name.utf8
            bytes.append(UInt8(ascii: ":"))
            bytes += field.value.utf8
            bytes += "\r\n".utf8
        }
        return bytes
    }
}
