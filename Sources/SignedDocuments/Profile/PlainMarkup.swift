import XML

/// Rule: UTF-8 without comments, CDATA sections or processing instructions, so that nothing which a canonical form drops or
/// changes can split a value: `abc<!---->def` is not read as one text here and as another there. The parser has refused any
/// document type before.
enum PlainMarkup {
    static func check(_ document: XMLDocument) throws(SignedDocumentFailure) {
        guard document.encoding == .utf8 else { throw .malformedSignature("it is not in UTF-8") }
        let source = document.source
        let declarations = source.starts(with: "<?xml".utf8) ? 1 : 0
        var instructions = 0
        var next = source.firstIndex(of: UInt8(ascii: "<"))
        while let tag = next, tag + 1 < source.count {
            switch source[tag + 1] {
            case UInt8(ascii: "!"): throw .malformedSignature("a comment or CDATA section")
            case UInt8(ascii: "?"): instructions += 1
            default: break
            }
            next = source[(tag + 1)...].firstIndex(of: UInt8(ascii: "<"))
        }
        guard instructions == declarations else { throw .malformedSignature("a processing instruction") }
    }
}
