import Testing

@testable import XML

/// Documents that must be refused with the right reason, in bounded time.
struct HostileDocumentTests {
    struct Hostile: CustomTestStringConvertible, Sendable {
        enum Blame: Equatable { case malformed, failure(XMLFailure) }
        let testDescription: String
        let bytes: [UInt8]
        let blame: Blame

        init(_ description: String, _ bytes: [UInt8], _ blame: Blame = .malformed) {
            (testDescription, self.bytes, self.blame) = (description, bytes, blame)
        }

        init(_ description: String, _ text: String, _ blame: Blame = .malformed) {
            self.init(description, Array(text.utf8), blame)
        }
    }

    @Test(arguments: doctypes + structures + limits + desynchronisers + namespaces)
    func refused(hostile: Hostile) throws {
        var caught: XMLFailure?
        let time = ContinuousClock().measure {
            do throws(XMLFailure) { _ = try XMLDocument(parsing: hostile.bytes) } catch { caught = error }
        }
        let failure = try #require(caught, "accepted")
        switch hostile.blame {
        case .failure(let expected): #expect(failure == expected)
        case .malformed:
            guard case .malformed(let line, let reason) = failure else {
                Issue.record("\(failure)")
                return
            }
            #expect(line >= 1 && !reason.isEmpty)
        }
        #expect(time < .seconds(10))
    }

    private static let doctype = Hostile.Blame.failure(.documentTypeRefused)

    static let doctypes: [Hostile] = [
        Hostile("DOCTYPE", "<!DOCTYPE a><a/>", doctype),
        Hostile("DOCTYPE behind declaration and comment", "<?xml version=\"1.0\"?><!-- c --> <!DOCTYPE a []><a/>", doctype),
        Hostile("external DTD", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", doctype),
        Hostile("external entity", "<!DOCTYPE a [<!ENTITY e SYSTEM \"http://127.0.0.1/\">]><a>&e;</a>", doctype),
        Hostile("parameter entity", "<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///dev/zero\"> %p;]><a/>", doctype),
        Hostile(
            "billion laughs",
            "<!DOCTYPE a [<!ENTITY l0 \"ha\">"
                + (1...30).map { "<!ENTITY l\($0) \"&l\($0 - 1);&l\($0 - 1);\">" }.joined() + "]><a>&l30;</a>", doctype),
        Hostile(
            "quadratic blow-up",
            "<!DOCTYPE a [<!ENTITY e \"" + String(repeating: "x", count: 50_000) + "\">]><a>"
                + String(repeating: "&e;", count: 50_000) + "</a>", doctype),
        Hostile("DOCTYPE in UTF-16", [0xFF, 0xFE] + "<!DOCTYPE a><a/>".utf16.flatMap { [UInt8($0 & 0xFF), 0] }, doctype),
        Hostile("DOCTYPE within the root", "<a><!DOCTYPE a></a>", doctype),
        Hostile("DOCTYPE in small letters", "<!doctype a><a/>"),
        Hostile("ELEMENT declaration", "<!ELEMENT a ANY><a/>"),
        Hostile("undefined entity", "<a>&e;</a>"),
        Hostile("undefined entity in an attribute", "<a b='&e;'/>"),
    ]

    static let structures: [Hostile] = [
        Hostile("nothing", ""),
        Hostile("only a byte order mark", [0xEF, 0xBB, 0xBF]),
        Hostile("only a declaration", "<?xml version=\"1.0\"?>"),
        Hostile("XML 1.1", "<?xml version=\"1.1\"?><a/>"),
        Hostile("declaration without a version", "<?xml encoding=\"UTF-8\"?><a/>"),
        Hostile("declaration out of order", "<?xml version=\"1.0\" standalone=\"no\" encoding=\"UTF-8\"?><a/>"),
        Hostile("declaration that does not end", "<?xml version=\"1.0\"" + String(repeating: " ", count: 1000) + "?><a/>"),
        Hostile("declaration not at the start", " <?xml version=\"1.0\"?><a/>"),
        Hostile("text before the root", "x<a/>"),
        Hostile("text behind the root", "<a/>x"),
        Hostile("two roots", "<a/><b/>"),
        Hostile("root not closed", "<a><b></b>"),
        Hostile("crossing tags", "<a><b></a></b>"),
        Hostile("end tag of another prefix", "<p:a xmlns:p='urn:p' xmlns:q='urn:p'></q:a>"),
        Hostile("end tag only", "</a>"),
        Hostile("same attribute twice", "<a b='1' b='2'/>"),
        Hostile("attribute without quotes", "<a b=1/>"),
        Hostile("attributes not separated", "<a b='1'c='2'/>"),
        Hostile("less-than in an attribute", "<a b='<'/>"),
        Hostile("section end in text", "<a>]]></a>"),
        Hostile("comment with two hyphens", "<a><!-- -- --></a>"),
        Hostile("comment not closed", "<a><!-- </a>"),
        Hostile("comment ending with three hyphens", "<a><!-- ---></a>"),
        Hostile("section not closed", "<a><![CDATA[</a>"),
        Hostile("section outside the root", "<![CDATA[x]]><a/>"),
        Hostile("instruction not closed", "<a><?p </a>"),
        Hostile("reference to NUL", "<a>&#0;</a>"),
        Hostile("reference to a surrogate", "<a>&#xD800;</a>"),
        Hostile("reference beyond Unicode", "<a>&#x110000;</a>"),
        Hostile("name that begins with a digit", "<1/>"),
        Hostile("space before the name", "< a/>"),
        Hostile("tag cut off", "<a b='"),
    ]

    private static func limit(_ kind: XMLLimits.Kind, _ maximum: Int) -> Hostile.Blame {
        .failure(.limitExceeded(kind, maximum: maximum))
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }

    private static func attributes(_ count: Int) -> String { (0..<count).map { " b\($0)=''" }.joined() }

    static let limits: [Hostile] = [
        Hostile("depth 65", nested(65), limit(.depth, 64)),
        Hostile("depth 100 000", nested(100_000), limit(.depth, 64)),
        Hostile("depth 65 by a self-closed tag", nested(64).replacing("<a></a>", with: "<a><b/></a>"), limit(.depth, 64)),
        Hostile("129 attributes", "<a\(attributes(129))/>", limit(.attributes, 128)),
        Hostile("80 000 attributes", "<a\(attributes(80_000))/>", limit(.attributes, 128)),
        Hostile("65 namespaces", "<a\((0..<65).map { " xmlns:n\($0)='urn:n'" }.joined())/>", limit(.namespaces, 64)),
        Hostile(
            "65 nested namespaces",
            "<a\((0..<40).map { " xmlns:n\($0)='urn:n'" }.joined())><b\((0..<25).map { " xmlns:m\($0)=''" }.joined())/></a>",
            limit(.namespaces, 64)),
        Hostile("long name", "<\(String(repeating: "a", count: 257))/>", limit(.nameBytes, 256)),
        Hostile("long attribute name", "<a \(String(repeating: "a", count: 257))=''/>", limit(.nameBytes, 256)),
        Hostile("long namespace name", "<a xmlns='\(String(repeating: "a", count: 1025))'/>", limit(.namespaceBytes, 1024)),
        Hostile(
            "long prefixed namespace name", "<a xmlns:b='\(String(repeating: "a", count: 1025))'/>", limit(.namespaceBytes, 1024)),
        Hostile("too many nodes", "<a>\(String(repeating: "<b/>", count: 100_000))</a>", limit(.nodes, 100_000)),
        Hostile("too many bytes", "<a>\(String(repeating: "x", count: 1 << 20))</a>", limit(.bytes, 1 << 20)),
    ]

    /// libxml2 goes on for a while after an error; what our lexer skipped must not come alive as a tag then.
    static let desynchronisers: [Hostile] = [
        Hostile("tag within an instruction without a target", "<a><?1 <b\(attributes(50_000))> ?></a>"),
        Hostile("tag within an instruction of a bad name", "<a><?b\u{D7} <b\(attributes(50_000))> ?></a>"),
        Hostile("tag within a declaration", "<?xml version='1.0' <b\(attributes(50_000))> ?><a/>"),
        Hostile("tag within a comment with two hyphens", "<a><!-- -- <b\(attributes(50_000))> --></a>"),
        Hostile(
            "tag within a comment with a bad character", "<a><!-- \u{1} <b\(attributes(50_000))> --></a>",
            .failure(.invalidCharacters)),
        Hostile("tag within an attribute", "<a b='<b\(attributes(50_000))>'/>"),
    ]

    static let namespaces: [Hostile] = [
        Hostile("prefix not declared", "<p:a/>"),
        Hostile("prefix of an attribute not declared", "<a p:b=''/>"),
        Hostile("prefix out of scope", "<a><b xmlns:p='urn:p'/><p:c/></a>"),
        Hostile("prefix undeclared again", "<a xmlns:p='urn:p'><b xmlns:p=''/></a>"),
        Hostile("same attribute by two prefixes", "<a xmlns:p='urn:p' xmlns:q='urn:p' p:b='' q:b=''/>"),
        Hostile("same declaration twice", "<a xmlns:p='urn:p' xmlns:p='urn:p'/>"),
        Hostile("xml bound to another namespace", "<a xmlns:xml='urn:p'/>"),
        Hostile("xmlns bound", "<a xmlns:xmlns='urn:p'/>"),
        Hostile("another prefix for the xml namespace", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>"),
        Hostile("two colons", "<a:b:c xmlns:a='urn:a'/>"),
        Hostile("name that ends with a colon", "<a: xmlns:a='urn:a'/>"),
        Hostile("name that begins with a colon", "<:a/>"),
    ]

    @Test(arguments: [
        nested(64), "<a\(attributes(128))/>", "<a\((0..<64).map { " xmlns:n\($0)='urn:n'" }.joined())/>",
        "<\(String(repeating: "a", count: 256))/>", "<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>",
        "<a b='>'/>", "<a>></a>", "<a>]] ></a>", "<?xml version='1.0' standalone='yes' ?><a/>", "<a><?xml-style <b ?></a>",
        "<a>&#x1F600;&lt;&gt;&amp;&quot;&apos;</a>", "<a xmlns='odd name'/>",
        "<a xmlns:b='\(String(repeating: "b", count: 1024))' xmlnsa='\(String(repeating: "c", count: 1025))'/>",
        "<a xmlns='relative'/>",
        "<a>\(String(repeating: "<b/>", count: 49_999))\(String(repeating: "x", count: 700_000))</a>",
    ])
    func acceptedAtTheLimit(text: String) throws {
        _ = try XMLDocument(parsing: Array(text.utf8))
    }

    @Test func textIsNotCutShortAtTheLargestLimits() throws {
        let text = String(repeating: "x", count: 4_190_000)
        let filling = String(repeating: "<c/>", count: 300_000)
        let source = Array("<a>\(filling)<b>\(text)</b><d e='\(text)'/></a>".utf8)
        let root = try XMLDocument(parsing: source, limits: .configuration).root
        #expect(root.child("b", nil)?.text.utf8.count == text.utf8.count)
        #expect(root.child("d", nil)?.attribute("e")?.utf8.count == text.utf8.count)
    }

    @Test func nothingReachesStandardError() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            for hostile in HostileDocumentTests.structures + HostileDocumentTests.namespaces {
                _ = try? XMLDocument(parsing: hostile.bytes)
            }
            let document = try XMLDocument(parsing: Array("<a xmlns='relative'/>".utf8))
            _ = try? document.canonical(document.root, .inclusive)
            _ = try? document.elements(xpath: "//[", namespaces: [:])
        }
        #expect(result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } == "")
    }
}
