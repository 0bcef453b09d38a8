import TestSupport
import Testing

@testable import XML

/// Byte offsets of many made-up documents, compared with those that expat (Python's parser) reports.
struct ScannerAgainstExpatTests {
    /// One line a tag: kind, qualified name, byte offset. expat places the end of `<a/>` behind it.
    private static let referee = """
        import sys, xml.parsers.expat
        for path in sys.argv[1:]:
            parser = xml.parsers.expat.ParserCreate()
            def start(name, attributes): print('start', name, parser.CurrentByteIndex)
            def end(name): print('end', name, parser.CurrentByteIndex)
            parser.StartElementHandler = start
            parser.EndElementHandler = end
            parser.Parse(open(path, 'rb').read(), True)
            print('done')
        """

    @Test func offsetsAgree() throws {
        let files = try TemporaryFolder()
        var generator = DocumentGenerator(state: 1)
        let documents = (0..<200).map { _ in generator.document() }
        let paths = try documents.enumerated().map { try files.write("\($0.offset).xml", $0.element).path }
        let report = try runTool("python3", ["-c", Self.referee] + paths)
        try #require(report.status == 0, "\(report.errors)")
        var expected = report.text.split(separator: "\n")[...]
        for document in documents {
            let theirs = expected.prefix { $0 != "done" }
            expected = expected.dropFirst(theirs.count + 1)
            let ours = try Self.lines(document)
            #expect(ours == theirs.map(String.init), "\(String(decoding: document, as: UTF8.self))")
        }
        #expect(expected.isEmpty)
    }

    private static func lines(_ source: [UInt8]) throws -> [String] {
        let document = try XMLDocument(parsing: source)
        return try XMLEventScanner.events(in: document).map { event in
            #expect(source[event.tag.lowerBound] == 0x3C && source[event.tag.upperBound - 1] == 0x3E)
            let atEnd = event.kind == .end && event.isSelfClosed
            let prefix = event.namespace.map { $0 == "urn:p" ? "p:" : "" } ?? ""
            return "\(event.kind) \(prefix)\(event.name) \(atEnd ? event.tag.upperBound : event.tag.lowerBound)"
        }
    }
}

/// Well-formed documents full of what misleads a careless scanner; the same ones for the same state.
private struct DocumentGenerator {
    var state: UInt64

    private mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    private mutating func one(of texts: [String]) -> String { texts[below(texts.count)] }

    mutating func document() -> [UInt8] {
        let mark: [UInt8] = below(4) == 0 ? [0xEF, 0xBB, 0xBF] : []
        let head = one(of: ["", "<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n"])
        return mark + Array((head + filling(outside: true) + element(depth: 0) + filling(outside: true)).utf8)
    }

    private mutating func element(depth: Int) -> String {
        let name = one(of: ["a", "p:b", "Header", "é", "x-.1"])
        let declaration = depth == 0 ? " xmlns:p='urn:p'" : ""
        let attributes = (0..<below(4)).map { index in
            "\(one(of: [" ", "\n", "\t  "]))k\(index)\(one(of: ["=", " = "]))\(one(of: ["'>'", "\"/>\"", "'\"</a>\"'".replacing("<", with: "&lt;"), "''", "\"é'\""]))"
        }
        let tag = "<\(name)\(declaration)\(attributes.joined())\(one(of: ["", " ", "\n"]))"
        guard depth < 6, below(4) > 0 else { return tag + "/>" }
        let content = (0..<below(5)).map { _ in below(2) == 0 ? element(depth: depth + 1) : filling(outside: false) }
        return "\(tag)>\(content.joined())</\(name)\(one(of: ["", " ", "\r\n"]))>"
    }

    private mutating func filling(outside: Bool) -> String {
        let anywhere = ["", "\n", "<!-- </a> > -->", "<!---->", "<!--<![CDATA[-->", "<?p <a> ?>", "<?q?>", "<?r ??>"]
        let inside = [
            "text é 😀", "<![CDATA[</a>]]>", "<![CDATA[]]]]>", "]] >", "&lt;a&gt;", "&#x3C;/a>", ">", "<![CDATA[<!--]]>",
        ]
        return one(of: outside ? anywhere : anywhere + inside)
    }
}
