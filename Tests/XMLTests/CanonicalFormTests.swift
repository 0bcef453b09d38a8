import Foundation
import TestSupport
import Testing

@testable import XML

struct CanonicalFormTests {
    struct Rule: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let source: String
        let path: String
        let inclusive: String
        let exclusive: String

        init(_ description: String, _ source: String, _ path: String, _ inclusive: String, exclusive: String? = nil) {
            (testDescription, self.source, self.path, self.inclusive) = (description, source, path, inclusive)
            self.exclusive = exclusive ?? inclusive
        }
    }

    /// Expected by hand from Canonical XML 1.0 and Exclusive XML Canonicalization 1.0; `//*[@x]` is the apex.
    static let rules = [
        Rule(
            "attributes: by namespace name, then local name",
            "<e c='3' xmlns:a='urn:z' xmlns:b='urn:y' a:a='1' b:z='2' B='4' x=''/>", "/*",
            "<e xmlns:a=\"urn:z\" xmlns:b=\"urn:y\" B=\"4\" c=\"3\" x=\"\" b:z=\"2\" a:a=\"1\"></e>"),
        Rule(
            "namespaces: default first, then by prefix", "<e xmlns:b='urn:b' xmlns='urn:d' xmlns:a='urn:a'><a:f/><b:f/></e>",
            "/*",
            "<e xmlns=\"urn:d\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\"><a:f></a:f><b:f></b:f></e>",
            exclusive: "<e xmlns=\"urn:d\"><a:f xmlns:a=\"urn:a\"></a:f><b:f xmlns:b=\"urn:b\"></b:f></e>"),
        Rule(
            "superfluous declarations vanish", "<e xmlns='urn:d'><f xmlns='urn:d'/></e>", "/*", "<e xmlns=\"urn:d\"><f></f></e>"),
        Rule(
            "subtree inherits namespaces in scope", "<r xmlns='urn:d' xmlns:p='urn:p'><m xmlns:q='urn:q'><p:e x=''/></m></r>",
            "//*[@x]",
            "<p:e xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" x=\"\"></p:e>",
            exclusive: "<p:e xmlns:p=\"urn:p\" x=\"\"></p:e>"),
        Rule(
            "nearest declaration of a prefix counts", "<r xmlns:p='urn:1'><m xmlns:p='urn:2'><p:e x=''/></m></r>", "//*[@x]",
            "<p:e xmlns:p=\"urn:2\" x=\"\"></p:e>"),
        Rule(
            "default namespace undeclared within", "<r xmlns='urn:d'><m xmlns=''><e x=''/></m></r>", "//*[@x]", "<e x=\"\"></e>"),
        Rule(
            "undeclaration shown where the parent's default is shown", "<e x='' xmlns='urn:d'><f xmlns=''><g/></f></e>",
            "//*[@x]",
            "<e xmlns=\"urn:d\" x=\"\"><f xmlns=\"\"><g></g></f></e>"),
        Rule(
            "xml: attributes of ancestors", "<r xml:lang='et' xml:space='preserve' a='1'><m xml:lang='fi'><e x=''/></m></r>",
            "//*[@x]",
            "<e x=\"\" xml:lang=\"fi\" xml:space=\"preserve\"></e>", exclusive: "<e x=\"\"></e>"),
        Rule(
            "own xml: attribute wins", "<r xml:lang='et'><e x='' xml:lang='en'/></r>", "//*[@x]", "<e x=\"\" xml:lang=\"en\"></e>"
        ),
        Rule("line ends in text", "<e>a\r\nb\rc\nd&#13;e</e>", "/*", "<e>a\nb\nc\nd&#xD;e</e>"),
        Rule(
            "white space in attributes", "<e a='1\r\n2\t3&#10;4&#9;5&#13;6  7'/>", "/*",
            "<e a=\"1 2 3&#xA;4&#x9;5&#xD;6  7\"></e>"),
        Rule("escapes in text", "<e>&lt;&gt;&amp;&quot;&apos;\"'&#x41;&#xE9;</e>", "/*", "<e>&lt;&gt;&amp;\"'\"'Aé</e>"),
        Rule("escapes in attributes", "<e a='&lt;>&amp;&quot;&apos;&#x41;'/>", "/*", "<e a=\"&lt;>&amp;&quot;'A\"></e>"),
        Rule("section becomes text", "<e><![CDATA[<a>&]]></e>", "/*", "<e>&lt;a&gt;&amp;</e>"),
        Rule("comments vanish, instructions stay", "<e>a<!-- c -->b<?p  d ?><?q?></e>", "/*", "<e>ab<?p d ?><?q?></e>"),
        Rule(
            "nothing outside the apex", "<?p?><!-- c --><r> <a/> <e x=''> t </e> <b/> </r><?q?>", "//*[@x]", "<e x=\"\"> t </e>"),
        Rule(
            "order of attributes does not depend on prefixes", "<e xmlns:a='urn:2' xmlns:b='urn:1' a:n='A' b:n='B'/>", "/*",
            "<e xmlns:a=\"urn:2\" xmlns:b=\"urn:1\" b:n=\"B\" a:n=\"A\"></e>"),
        Rule(
            "exclusive shows a prefix used by an attribute", "<r xmlns:p='urn:p' xmlns:q='urn:q'><e x='' p:a=''/></r>", "//*[@x]",
            "<e xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" x=\"\" p:a=\"\"></e>", exclusive: "<e xmlns:p=\"urn:p\" x=\"\" p:a=\"\"></e>"),
    ]

    @Test(arguments: rules)
    func rule(rule: Rule) throws {
        let document = try XMLDocument(parsing: Array(rule.source.utf8))
        let apex = try #require(try document.elements(xpath: rule.path, namespaces: [:]).first)
        #expect(String(decoding: try document.canonical(apex, .inclusive), as: UTF8.self) == rule.inclusive)
        #expect(String(decoding: try document.canonical(apex, .exclusive), as: UTF8.self) == rule.exclusive)
    }

    /// xmllint renders whole documents with comments: compared where there are neither comments nor instructions outside.
    @Test(arguments: rules.filter { !$0.source.contains("<!--") })
    func wholeDocumentAsXmllint(rule: Rule) throws {
        let document = try XMLDocument(parsing: Array(rule.source.utf8))
        for (option, method) in [("--c14n", CanonicalizationMethod.inclusive), ("--exc-c14n", .exclusive)] {
            let referee = try runTool("xmllint", [option, "-"], input: document.source)
            let ours = try document.canonical(document.root, method)
            #expect(referee.status == 0 && referee.output == ours)
        }
    }

    /// The canonical form of a canonical form is itself, in place or alone.
    @Test(arguments: rules)
    func stable(rule: Rule) throws {
        let document = try XMLDocument(parsing: Array(rule.source.utf8))
        let apex = try #require(try document.elements(xpath: rule.path, namespaces: [:]).first)
        for method in CanonicalizationMethod.allCases {
            let once = try document.canonical(apex, method)
            let again = try XMLDocument(parsing: once)
            #expect(try again.canonical(again.root, method) == once)
        }
    }

    /// X-Road's signatures were made by another implementation (Apache Santuario): our canonical form of what they
    /// reference within the document must have the digest that they state.
    @Test(arguments: [
        "valid-signed-message", "valid-signed-hashchain", "valid-batch-ts", "valid-non-batch-rest",
        "valid-non-batch-soap-attachments", "valid-signed-message-with-attachments",
    ])
    func digestsOfAnotherImplementation(name: String) throws {
        guard let url = try Vectors.url("asic/\(name).asice") else { return }
        let document = try XMLDocument(parsing: try runTool("unzip", ["-p", url.path, "META-INF/signatures.xml"]).output)
        let references = try document.elements(
            xpath: "//ds:SignedInfo/ds:Reference[starts-with(@URI, '#')]", namespaces: ["ds": Self.ds])
        try #require(references.count == 1)
        for reference in references {
            let identifier = try #require(reference.attribute("URI")).dropFirst()
            let target = try #require(try document.elements(xpath: "//*[@Id='\(identifier)']", namespaces: [:]).first)
            let transform = reference.child("Transforms", Self.ds)?.child("Transform", Self.ds)?.attribute("Algorithm")
            let method = try #require(CanonicalizationMethod(uri: transform ?? CanonicalizationMethod.inclusive.uri))
            let digest = try runTool(
                "openssl", ["dgst", "-sha512", "-binary"], input: try document.canonical(target, method))
            let stated = try #require(reference.child("DigestValue", Self.ds)).text
            #expect(Data(digest.output) == Data(base64Encoded: stated, options: .ignoreUnknownCharacters))
        }
    }

    private static let ds = "http://www.w3.org/2000/09/xmldsig#"

    @Test(arguments: CanonicalizationMethod.allCases)
    func relativeNamespaceNameIsAnError(method: CanonicalizationMethod) throws {
        let document = try XMLDocument(parsing: Array("<a><b xmlns:p='relative/name'><p:c/></b></a>".utf8))
        let failure = #expect(throws: XMLFailure.self) { try document.canonical(document.root, method) }
        guard case .notCanonicalizable = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func anElementOfAnotherDocumentIsRefused() throws {
        let one = try XMLDocument(parsing: Array("<a/>".utf8))
        let two = try XMLDocument(parsing: Array("<a/>".utf8))
        #expect(throws: XMLFailure.foreignElement) { try one.canonical(two.root, .inclusive) }
    }

    /// Exclusive form repeats the long name at each of the elements that use it.
    @Test func repeatedLongNamespaceNamesAreBounded() throws {
        let name = "urn:" + String(repeating: "n", count: 1000)
        let source = "<a xmlns:p='\(name)'><b>\(String(repeating: "<p:c/>", count: 20_000))</b></a>"
        let document = try XMLDocument(parsing: Array(source.utf8))
        let time = ContinuousClock().measure {
            #expect(throws: XMLFailure.limitExceeded(.canonicalBytes, maximum: 4 << 20)) {
                try document.canonical(document.root, .exclusive)
            }
        }
        #expect(time < .seconds(1))
    }

    @Test func manyNamespacesAndElementsTakeBoundedTime() throws {
        let declarations = (0..<64).map { " xmlns:n\($0)='urn:\($0)'" }.joined()
        let nested =
            String(repeating: "<b>", count: 60) + String(repeating: "<n0:c n1:d=''/>", count: 40_000)
            + String(repeating: "</b>", count: 60)
        let document = try XMLDocument(parsing: Array("<a\(declarations)>\(nested)</a>".utf8))
        let time = try ContinuousClock().measure {
            for method in CanonicalizationMethod.allCases { _ = try document.canonical(document.root, method) }
        }
        #expect(time < .seconds(20))
    }
}
