import XML

/// Rule: UTF-8 without comments, CDATA sections or processing instructions, so that nothing which a canonical form drops or
/// changes can split a value: `abc<!---->def` is not read as one text here and as another there. The parser has refused any
/// document type before.
enum PlainMarkup {
    static func check(_ document: XMLDocument) throws(SignedDocumentFailure) {
        guard document.encoding == .utf8 else { throw .malformedSignature("it is not in UTF-8") }
        guard document.holdsOnlyElementsAndText else {
            throw .malformedSignature("a comment, CDATA section or processing instruction")
        }
    }
}
