import MessageCodecs
import Testing
import XRoadModel

@Suite struct RESTResponseTests {
    static let request = "GET\r\n/r1/A/B/P/S/a%2Fb\r\nX-Road-Client:A/B/C/D\r\nx-road-request-id:r\r\nx-road-id:m\r\n"

    private func answer(_ fields: [(name: String, value: String)], status: Int = 200, reason: String = "OK") throws
        -> RESTResponseHead
    {
        let request = try RESTRequestHead.decode(Array(Self.request.utf8))
        return try RESTResponseHead(status: status, reason: reason, fields: fields, answering: request, requestHash: [1, 2, 3])
    }

    /// A service cannot set what security servers set, and identifiers are percent-encoded code by code.
    @Test func addsItsOwnFields() throws {
        let forged = [
            "X-Road-Id", "X-Road-Client", "X-Road-Service", "X-Road-Request-Id", "X-Road-Request-Hash", "X-Road-Error", "Server",
            "Connection",
        ]
        let head = try answer(
            forged.map { ($0, "x") } + [("Content-Type", "application/json"), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
        #expect(
            String(decoding: head.encoded(), as: UTF8.self)
                == "200\r\nOK\r\nContent-Type:application/json\r\nSet-Cookie:a\r\nSet-Cookie:b\r\nx-road-id:m\r\nx-road-client:A/B/C/D\r\n"
                + "x-road-service:A/B/P/S/a%2Fb\r\nx-road-request-id:r\r\nx-road-request-hash:AQID\r\n")
        #expect(try RESTResponseHead.decode(head.encoded()) == head)
        try head.requireAnswer(to: try RESTRequestHead.decode(Array(Self.request.utf8)), requestHash: [1, 2, 3])
    }

    @Test func refusesLineEndsFromServices() {
        #expect(failure { _ = try answer([("a", "b\r\nx-road-id: forged")]) }?.faultCode == .invalidREST)
        #expect(failure { _ = try answer([], reason: "OK\r\nx-road-id:forged") }?.faultCode == .invalidREST)
        #expect(failure { _ = try answer([], status: 99) }?.faultCode == .invalidREST)
    }

    static let own = "x-road-client:A/B/C/D\r\nx-road-service:A/B/P/S/a%2Fb\r\nx-road-request-id:r\r\n"

    @Test(arguments: [
        ("x-road-id:other\r\n\(own)x-road-request-hash:AQID\r\n"), ("x-road-id:m\r\n\(own)x-road-request-hash:AQIE\r\n"),
        ("x-road-id:m\r\n\(own.replacing("C/D", with: "C/E"))x-road-request-hash:AQID\r\n"),
        ("x-road-id:m\r\n\(own.replacing("a%2Fb", with: "a"))x-road-request-hash:AQID\r\n"),
        ("x-road-id:m\r\n\(own.replacing("id:r", with: "id:s"))x-road-request-hash:AQID\r\n"),
        ("x-road-id:m\r\nx-road-request-hash:AQID\r\n"),
    ])
    func refusesAnotherRequestsAnswer(fields: String) throws {
        let request = try RESTRequestHead.decode(Array(Self.request.utf8))
        let response = try RESTResponseHead.decode(Array("200\r\nOK\r\n\(fields)".utf8))
        #expect(failure { try response.requireAnswer(to: request, requestHash: [1, 2, 3]) }?.faultCode == .inconsistentResponse)
    }

    @Test(arguments: [
        "", "OK\r\n200\r\n", "20\r\nOK\r\n", "2000\r\nOK\r\n", "+20\r\nOK\r\n", "200\r\nOK\r\n", "200\r\nOK\r\nx-road-id:m\r\n",
        "200\r\nOK\r\nx-road-id:m\r\nx-road-request-hash:\r\n", "200\r\nOK\r\nx-road-id:m\r\nx-road-request-hash:?\r\n",
        "200\r\nOK\r\nx-road-id:m\r\nx-road-request-hash:AQID\r\nx-road-request-hash:AQID\r\n",
        "200\r\nOK\r\nx-road-id:m\r\nx-road-request-hash:AQID\r\nx-road-client:a\r\nx-road-client:b\r\n",
    ])
    func refusesHeads(text: String) {
        #expect(failure { _ = try RESTResponseHead.decode(Array(text.utf8)) }?.faultCode == .invalidREST)
    }

    @Test func hashDistinguishesAnEmptyBodyFromNone() {
        let none = RESTRequestHash.compute(head: [1], bodyDigest: nil)
        let empty = RESTRequestHash.compute(head: [1], bodyDigest: RESTRequestHash.digest.digest([]))
        #expect(none.count == 64 && empty.count == 64 && none != empty)
    }
}
