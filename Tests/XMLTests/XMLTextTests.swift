import Testing

@testable import XML

struct XMLTextTests {
    private static let texts = [
        "", "plain", "<a b=\"c\">&amp;'</a>", "]]>", "é😀\u{85}", "line\nline\rline\r\nline\ttab", "e\u{301}", "\u{FFFD}",
    ]

    @Test(arguments: texts)
    func comesBackWhole(text: String) throws {
        let source = "<a b=\"\(XMLText.escape(attribute: text))\">\(XMLText.escape(text: text))</a>"
        let document = try XMLDocument(parsing: Array(source.utf8))
        #expect(document.root.text.unicodeScalars.elementsEqual(text.unicodeScalars))
        #expect(document.root.attribute("b")?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
        #expect(try document.canonical(document.root, .inclusive) == Array(source.utf8), "already canonical")
    }

    @Test(arguments: ["\0", "\u{1}", "\u{B}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"])
    func whatXMLCannotCarryIsReplaced(text: String) {
        #expect(XMLText.escape(text: "a\(text)b") == "a\u{FFFD}b" && XMLText.escape(attribute: text) == "\u{FFFD}")
    }
}
