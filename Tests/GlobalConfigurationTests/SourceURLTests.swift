import Testing

@testable import GlobalConfiguration

@Suite struct SourceURLTests {
    @Test(arguments: [
        ("http://cs.example/internalconf", "/V5/a.xml", "http://cs.example/V5/a.xml"),
        ("http://cs.example:8081/dir/internalconf?version=5", "a.xml", "http://cs.example:8081/dir/a.xml"),
        ("http://cs.example", "a.xml?x=1", "http://cs.example/a.xml?x=1"),
        ("https://CS.example/x", "HTTPS://cs.EXAMPLE/V5/a.xml", "https://cs.example/V5/a.xml"),
        ("http://[::1]:8081/internalconf", "/a", "http://[::1]:8081/a"),
    ])
    func resolves(base: String, reference: String, expected: String) throws {
        #expect(try #require(SourceURL(base)).resolving(reference).description == expected)
    }

    @Test(arguments: [
        "http://other.example/a", "https://cs.example/a", "http://cs.example:81/a", "//other.example/a", "file:/etc/passwd",
        "javascript:x", "/../a", "../a", "a/./b", "/a b", "/a\r\nHost: x", "\\\\other\\a", "", "#x", "http://cs.example@other/a",
    ])
    func refuses(reference: String) throws {
        let base = try #require(SourceURL("http://cs.example/internalconf"))
        #expect(throws: ConfigurationFailure.foreignLocation(reference)) { try base.resolving(reference) }
    }

    @Test(arguments: ["ftp://cs.example/", "cs.example", "http:///x", "http://user@cs.example/", "http://cs example/", ""])
    func refusesBase(text: String) {
        #expect(SourceURL(text) == nil)
    }

    @Test(arguments: [
        ("http://a/internalconf", "http://a/internalconf?version=5"),
        ("http://a/internalconf?x=1", "http://a/internalconf?x=1&version=5"),
        ("http://a/internalconf?version=2", "http://a/internalconf?version=2"),
    ])
    func asksForAVersion(url: String, expected: String) throws {
        #expect(try #require(SourceURL(url)).asking(version: 5).description == expected)
    }
}
