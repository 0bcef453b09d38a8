import MessageCodecs
import Testing
import XRoadModel

/// PR-REST 4.1–4.3, 4.5.
@Suite struct RESTRequestTests {
    static let client: (String, String) = ("X-Road-Client", "A/B/C/D")

    private func request(
        _ target: String = "/r1/A/B/P/S/get", method: String = "GET", _ fields: [(name: String, value: String)] = [client]
    ) throws -> RESTRequestHead {
        try RESTRequestHead(method: method, target: target, fields: fields, requestID: "request", messageID: "message")
    }

    @Test(arguments: [
        ("/r1/A/B/P/S/get", "A/B/P/S/get", "", nil), ("/r1/A/B/P/S/get/", "A/B/P/S/get", "/", nil),
        ("/r1/A/B/P/S/get?", "A/B/P/S/get", "", ""),
        ("/r1/A/B/P/S/get/v1/x?a=b&c=/?d[]=%20", "A/B/P/S/get", "/v1/x", "a=b&c=/?d[]=%20"),
        ("/r1/A/B/%C3%A9/S/a%2Fb/x", "A/B/é/S/a/b", "/x", nil), ("/r1/A/B/P/S/get//x", "A/B/P/S/get", "//x", nil),
    ])
    func readsTargets(target: String, service: String, path: String, query: String?) throws {
        let head = try request(target)
        #expect(head.service.description == service)
        #expect(head.servicePath.text == path)
        #expect(head.query == query)
        #expect(String(decoding: head.encoded(), as: UTF8.self).hasPrefix("GET\r\n\(target)\r\n"))
    }

    @Test(arguments: [
        "", "/", "r1/A/B/P/S/get", "/r1", "/r1/A/B/P/S", "/r2/A/B/P/S/get", "/R1/A/B/P/S/get", "/r1//B/P/S/get", "/r1/A/B/P//get",
        "/r1/A/B/P/S/",
        "/r1/A/B/P/S//x", "//r1/A/B/P/S/get", "http://h/r1/A/B/P/S/get", "*", "h:443", "/r1/A/B/P/S/get#x", "/r1/A/B/P/S/get x",
        "/r1/A/B/P/S/get\r\nX: y",
        "/r1/A/B/P/S/%", "/r1/A/B/P/S/%4", "/r1/A/B/P/S/%4g", "/r1/A/B/P/S/g%00t", "/r1/A/B/P/S/g%0d%0at", "/r1/A/B/P/S/%c0%af",
        "/r1/A/B/P/S/%ed%a0%80",
        "/r1/A/B/P/S/%ff", "/r1/A/B/P/S/é", "/r1/A/B/P/S/get?a b", "/r1/A/B/P/S/get?a=%zz", "/r1/A/B/P/S/get?a=%4",
        "/r1/A/B/P/S/get?\u{0}",
        "/r1/A/B/P/S/get?é", "/r1/A/B/P/S/get?a#b", "/r1/A%2FB%2FP%2FS%2Fget", "/r1/A/B/P/S/get/../x", "/r1/A/B/P/S/get/%2e%2E",
        "/r1/A/B/P/S/get/x/.",
    ])
    func refusesTargets(target: String) {
        #expect(failure { _ = try request(target) }?.faultCode == .invalidREST)
    }

    @Test func refusesLongTargets() {
        let target = "/r1/A/B/P/S/get?" + String(repeating: "x", count: 16 * 1024)
        #expect(failure { _ = try request(target) }?.faultCode == .invalidMessage)
    }

    @Test(arguments: RESTVerb.allCases.map(\.rawValue))
    func carriesMethods(method: String) throws {
        #expect(try request(method: method).verb.rawValue == method)
    }

    @Test(arguments: ["", "get", "CONNECT", "PROPFIND", "GET ", "GET\r\n"])
    func refusesMethods(method: String) {
        #expect(failure { _ = try request(method: method) }?.faultCode == .invalidREST)
    }

    /// Hop-by-hop fields and those that only security servers set are gone, in any case; everything else stays as it is.
    @Test func filtersFields() throws {
        let dropped = [
            "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding",
            "Upgrade", "Host",
            "User-Agent", "Server", "Content-Length", "Expect", "X-Road-Request-Id", "x-ROAD-request-HASH", "X-Road-Error",
            "X-Road-Service",
        ]
        let kept: [(String, String)] = [
            ("Accept", "*/*"), Self.client, ("X-Powered-By", "a"), ("X-Powered-By", "b"), ("X-Road-UserId", "EE1"),
            ("X-Road-Issue", "i"),
            ("x-other", " v "), ("x-empty", ""), ("x-text", "naïve\t1"), ("X-Road-Id", "mine"),
        ]
        let head = try request("/r1/A/B/P/S/get", dropped.flatMap { [($0, "x"), ($0.uppercased(), "y")] } + kept)
        #expect(head.fields.map(\.name) == kept.map(\.0) + ["x-road-request-id"])
        #expect(head.fields.map(\.value) == kept.map(\.1) + ["request"])
        #expect(head.messageID == "mine")
        #expect(head.userID == "EE1")
        #expect(head.issue == "i")
        #expect(try RESTRequestHead.decode(head.encoded()) == head)
    }

    @Test func addsAMessageIdentifierWhereThereIsNone() throws {
        #expect(try request().fields.map(\.name) == ["X-Road-Client", "x-road-request-id", "x-road-id"])
        #expect(try request().messageID == "message")
    }

    @Test func readsIdentifiers() throws {
        let head = try request(
            "/r1/A/B/P/S/get",
            [
                ("x-road-client", "A/B/C"), ("X-Road-Security-Server", "A/B/P/one"), ("X-Road-Represented-Party", "COM/%C3%A9"),
            ])
        #expect(head.client.description == "A/B/C")
        #expect(head.securityServer?.description == "A/B/P/one")
        #expect(head.representedParty == RepresentedParty(partyClass: "COM", partyCode: "é"))
    }

    @Test(arguments: [
        [], [("X-Road-Client", "")], [("X-Road-Client", "A/B")], [("X-Road-Client", "A/B/C/D/E")], [("X-Road-Client", "A//C/D")],
        [("X-Road-Client", "A%2FB%2FC%2FD")], [("X-Road-Client", "A/B/C/%ff")], [("X-Road-Client", "A/B/C/ D")],
        [("X-Road-Client", "A/B/C/D, A/B/C/D")],
        [("X-Road-Client", "A/B/C/D,A/B/C/D")], [("X-Road-Client", "/A/B/C")], [client, client],
        [client, ("x-road-client", "A/B/E")],
        [client, ("X-Road-Id", "1"), ("x-road-id", "1")], [client, ("X-Road-Id", "")],
        [client, ("X-Road-Id", String(repeating: "x", count: 256))],
        [client, ("X-Road-Security-Server", "A/B/P")], [client, ("X-Road-Security-Server", "A/B/P/1/2")],
        [client, ("X-Road-Represented-Party", "a/b/c")], [client, ("X-Road-Represented-Party", "")],
        [client, ("X-Road-Represented-Party", "/b")],
        [client, ("X-Road-UserId", "a"), ("X-Road-UserId", "b")], [client, ("X-Evil", "a\r\nb: c")],
        [client, ("X-Evil", "a\u{0}")],
        [client, ("X Evil", "a")], [client, ("", "a")],
    ])
    func refusesFields(fields: [(String, String)]) {
        let named = fields.map { (name: $0.0, value: $0.1) }
        #expect(failure { _ = try request("/r1/A/B/P/S/get", named) }?.faultCode == .invalidREST)
    }

    static let head = "GET\r\n/r1/A/B/P/S/get\r\nX-Road-Client:A/B/C\r\nx-road-id:1\r\n"

    @Test(arguments: [
        "", "GET", "GET\r\n", "GET\r\n/r1/A/B/P/S/get", "GET\n/r1/A/B/P/S/get\nX-Road-Client:A/B/C\nx-road-id:1\n",
        String(head.dropLast()),
        head + "\r\n", head + "x", head + "no colon\r\n", head + ":no name\r\n", head + "a b:c\r\n", head + "a:b\rc:d\r\n",
        head + "a:b\nc:d\r\n",
        head + "a:\u{0}\r\n", head + "Host:h\r\n", head + "Transfer-Encoding:chunked\r\n", head + "x-road-id:2\r\n",
        "\r\n" + head,
        "GET \r\n" + head.dropFirst(5), "GET\r\n/r1/A/B/P/S/get\r\nX-Road-Client:A/B/C\r\n", "200\r\nOK\r\n",
    ])
    func refusesHeads(text: String) {
        #expect(failure { _ = try RESTRequestHead.decode(Array(text.utf8)) }?.faultCode == .invalidREST)
    }

    @Test func refusesHeadsThatAreNotUTF8() {
        #expect(
            failure { _ = try RESTRequestHead.decode(Array((Self.head + "a:").utf8) + [0xE9, 0x0D, 0x0A]) }?.faultCode
                == .invalidREST)
    }

    @Test func boundsTheNumberOfFields() {
        let text = Self.head + String(repeating: "a:b\r\n", count: 300)
        #expect(failure { _ = try RESTRequestHead.decode(Array(text.utf8)) } == .limitExceeded(.restFields, limit: 256))
    }
}
