import Testing

@testable import XML

struct XMLDocumentTests {
    @Test func readsNamesTextAndAttributes() throws {
        let document = try XMLDocument(
            parsing: Array(
                """
                <?xml version="1.0" encoding="utf-8"?>
                <s:a xmlns:s="urn:s" xmlns="urn:d" id="1" s:id="2" e=""><!-- c --><b>x&amp;y<![CDATA[<z>]]></b><b xmlns="">2</b>\
                <s:b>p<!-- q -->r<?t u?>s<c>t</c></s:b></s:a>
                """.utf8))
        let root = document.root
        #expect(root.name == "a" && root.namespace == "urn:s" && root.prefix == "s" && root.parent == nil)
        #expect(root.attribute("id") == "1" && root.attribute("id", namespace: "urn:s") == "2")
        #expect(root.attribute("e") == "" && root.attribute("f") == nil && root.attribute("id", namespace: "urn:d") == nil)
        #expect(root.attributes.map(\.value) == ["1", "2", ""])
        #expect(root.attributes.map(\.namespace) == [nil, "urn:s", nil])
        #expect(root.children.map(\.namespace) == ["urn:d", nil, "urn:s"])
        #expect(root.child("b", nil)?.text == "2")
        #expect(root.child("b", "urn:d")?.text == "x&y<z>" && root.child("b", "urn:d")?.containsOnlyText == true)
        #expect(root.children("b", "urn:s").count == 1 && root.child("c", "urn:d") == nil)
        let mixed = try #require(root.child("b", "urn:s"))
        #expect(mixed.text == "prst" && !mixed.containsOnlyText && mixed.parent == root)
        #expect(mixed.named("b", "urn:s") && !mixed.named("b", nil))
    }

    @Test func anElementKeepsItsDocumentAlive() throws {
        let element = try XMLDocument(parsing: Array("<a><b>text</b></a>".utf8)).root.child("b", nil)
        #expect(element?.text == "text" && element?.document.root.name == "a")
    }
}
