import Testing

@testable import XML

struct XMLPathTests {
    private static let source =
        "<l:list xmlns:l='urn:l'><l:item n='1'>one</l:item><!-- c --><l:item n='2'>two</l:item><item>three</item></l:list>"

    private func select(_ expression: String, _ namespaces: [String: String] = ["c": "urn:l"]) throws -> [String] {
        try XMLDocument(parsing: Array(Self.source.utf8)).elements(xpath: expression, namespaces: namespaces).map(\.text)
    }

    @Test(arguments: [
        ("//c:item[@n='2']", ["two"]), ("/c:list/c:item", ["one", "two"]), ("//c:item[2] | //c:item[1]", ["one", "two"]),
        ("//item", ["three"]), ("//c:none", []), ("//c:item[1]/following-sibling::*", ["two", "three"]),
        ("//item/preceding-sibling::*", ["one", "two"]),
    ])
    func selects(expression: String, texts: [String]) throws {
        #expect(try select(expression) == texts)
    }

    @Test(arguments: ["//c:item/@n", "//c:item/text()", "//comment()", "/", "1 + 1", "'text'", "count(//*)", "//namespace::*"])
    func onlyElements(expression: String) {
        #expect(throws: XMLFailure.notElements) { try select(expression) }
    }

    /// The document's own prefix means nothing; there are no variables and no functions beyond XPath's.
    @Test(arguments: [
        "//l:item", "//[", "", "$x", "document('file:///etc/passwd')//*", "unknown()", "//c:item\0",
        String(repeating: "/a", count: 513), String(repeating: "(", count: 1000),
    ])
    func refused(expression: String) {
        let failure = #expect(throws: XMLFailure.self) { try select(expression) }
        guard case .invalidXPath = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func stepsAreBounded() throws {
        let source = "<a>" + String(repeating: "<b/>", count: 20_000) + "</a>"
        let document = try XMLDocument(parsing: Array(source.utf8))
        let time = ContinuousClock().measure {
            #expect(throws: XMLFailure.self) {
                try document.elements(xpath: "//b[count(//b[count(//b) > 1]) > 1]", namespaces: [:])
            }
        }
        #expect(time < .seconds(20))
    }
}
