import TestSupport
import Testing

@testable import XML

struct XMLEventScannerTests {
    /// Each document has one `Header`; inserting `!` where its content ends must give the second text.
    @Test(arguments: [
        ("<E><Header></Header><Body/></E>", "<E><Header>!</Header><Body/></E>"),
        ("<E><Header>a</Header \n></E>", "<E><Header>a!</Header \n></E>"),
        ("\u{FEFF}<E>é<Header>ü</Header></E>", "\u{FEFF}<E>é<Header>ü!</Header></E>"),
        ("<?xml version='1.0'?>\r\n<E><Header></Header></E>", "<?xml version='1.0'?>\r\n<E><Header>!</Header></E>"),
        ("<E><!-- </Header> --><Header>1</Header></E>", "<E><!-- </Header> --><Header>1!</Header></E>"),
        ("<E><Header><![CDATA[</Header>]]></Header></E>", "<E><Header><![CDATA[</Header>]]>!</Header></E>"),
        ("<E><Header a='&lt;/Header>'/></E>", "<E><Header a='&lt;/Header>'/>!</E>"),
        ("<E a='x>y' b=\"'>\"><Header c=\"/>\"></Header></E>", "<E a='x>y' b=\"'>\"><Header c=\"/>\">!</Header></E>"),
        ("<E><?p </Header> ?><Header>x</Header></E>", "<E><?p </Header> ?><Header>x!</Header></E>"),
        ("<E><Header>]]&gt;<a><Header/></a></Header></E>", "<E><Header>]]&gt;<a><Header/></a>!</Header></E>"),
        ("<E><Header/></E>", "<E><Header/>!</E>"),
        ("<E><Header\n\t/></E><!-- <Header> -->", "<E><Header\n\t/>!</E><!-- <Header> -->"),
    ])
    func findsWhereToInsert(source: String, expected: String) throws {
        let document = try XMLDocument(parsing: Array(source.utf8))
        let events = try XMLEventScanner.events(in: document, maximumDepth: 1)
        let end = try #require(events.first { $0.kind == .end && $0.name == "Header" && $0.depth == 1 })
        var bytes = document.source
        bytes.insert(0x21, at: end.isSelfClosed ? end.tag.upperBound : end.tag.lowerBound)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test func namesNamespacesAndDepthsAreThoseOfTheTree() throws {
        let document = try XMLDocument(
            parsing: Array("<s:E xmlns:s='urn:s'><a xmlns='urn:&#97;'><b/></a><s:c xmlns:s='urn:t'></s:c></s:E>".utf8))
        let events = try XMLEventScanner.events(in: document)
        let seen = events.map { "\($0.kind) \($0.depth) {\($0.namespace ?? "")}\($0.name)" }
        #expect(
            seen == [
                "start 0 {urn:s}E", "start 1 {urn:a}a", "start 2 {urn:a}b", "end 2 {urn:a}b", "end 1 {urn:a}a",
                "start 1 {urn:t}c", "end 1 {urn:t}c", "end 0 {urn:s}E",
            ])
        #expect(try XMLEventScanner.events(in: document, maximumDepth: 0).map(\.depth) == [0, 0])
    }

    @Test func onlyUTF8HasBytesToInsertInto() throws {
        let document = try XMLDocument(parsing: [0xFE, 0xFF] + "<a/>".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
        #expect(throws: XMLFailure.unsupportedEncoding("UTF-16")) { try XMLEventScanner.events(in: document) }
    }
}
