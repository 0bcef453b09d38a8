import MessageCodecs
import Testing

@Suite struct NormalizedPathTests {
    @Test(arguments: [
        ("", "", []), ("/", "/", [""]), ("/a/b", "/a/b", ["a", "b"]), ("/a/", "/a/", ["a", ""]), ("//a", "//a", ["", "a"]),
        ("/%61%2D%5f", "/a-_", ["a-_"]), ("/a%2fb", "/a%2Fb", ["a/b"]), ("/a%5cb", "/a%5Cb", ["a\\b"]),
        ("/%3b%2C", "/%3B%2C", [";,"]),
        ("/a;x=1,2", "/a;x=1,2", ["a;x=1,2"]), ("/%252e%252e", "/%252e%252e", ["%2e%2e"]), ("/...", "/...", ["..."]),
        ("/a..b", "/a..b", ["a..b"]),
        ("/%C3%A9", "/%C3%A9", ["é"]), ("/a.", "/a.", ["a."]), ("/%20", "/%20", [" "]),
    ])
    func normalizes(raw: String, text: String, segments: [String]) throws {
        let path = try NormalizedPath(raw)
        #expect(path.text == text)
        #expect(path.segments == segments)
        #expect(try NormalizedPath(path.text) == path)
    }

    @Test(arguments: [
        "a", "/.", "/..", "/a/../b", "/./a", "/%2e", "/%2E%2e", "/.%2e/a", "/..;/a", "/..;x=1/a", "/%2e%2e;/a", "/..%2fa",
        "/a%2f..", "/a%5c..%5cb",
        "/..%2f\u{301}", "/..%2f%CC%81/../x", "/%2e%2f", "/a b", "/a\u{0}", "/%00", "/a%0D%0Ab", "/%7f", "/%", "/%2", "/%zz",
        "/%ff", "/%c0%ae", "/é", "/a?b",
        "/a#b", "/a\\b", "/<", "/\"",
    ])
    func refuses(raw: String) {
        #expect(failure { _ = try NormalizedPath(raw) }?.faultCode == .invalidREST)
    }
}
