import MessageCodecs
import Testing

@Suite struct ContentTypeTests {
    @Test(arguments: [
        ("text/xml", "text/xml", [:]), ("Text/XML ; Charset=UTF-8", "text/xml", ["charset": "UTF-8"]),
        ("signature/bdoc-1.0/ts", "signature/bdoc-1.0/ts", [:]), ("text/xml;", "text/xml", [:]),
        ("text/xml; ;a=b;;", "text/xml", ["a": "b"]),
        ("multipart/mixed; boundary=----=_Part_1:2", "multipart/mixed", ["boundary": "----=_Part_1:2"]),
        (
            "multipart/related; type=\"text/xml\"; start=\"<ro;ot>\"; boundary=\"b \\\"d\"", "multipart/related",
            ["type": "text/xml", "start": "<ro;ot>", "boundary": "b \"d"]
        ),
    ])
    func reads(text: String, mediaType: String, parameters: [String: String]) throws {
        let type = try ContentType(text)
        #expect(type.text == text)
        #expect(type.mediaType == mediaType)
        #expect(Dictionary(uniqueKeysWithValues: type.parameters.map { ($0.name, $0.value) }) == parameters)
    }

    @Test(arguments: [
        "", "text", "text/", "/xml", "te xt/xml", "text/xml charset=utf-8", "text/xml; charset", "text/xml; charset=",
        "text/xml; =utf-8",
        "text/xml; charset=\"utf-8", "text/xml; charset=\"utf-8\\", "text/xml; charset=a; Charset=b", "text/xml, text/plain",
        "text/xml\r\nX: y", "text/xml; a=b\u{0}", "tsdfsdfsdf", String(repeating: ";", count: 10) + "text/xml",
        "text/xml" + (0..<40).map { "; a\($0)=b" }.joined(),
    ])
    func refuses(text: String) {
        #expect(failure { _ = try ContentType(text) }?.faultCode == .invalidContentType)
    }
}
