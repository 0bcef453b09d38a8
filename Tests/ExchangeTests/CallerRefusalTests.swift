import MessageCodecs
import Testing
import XRoadModel

/// A call that the consumer's own server refuses.
struct RefusedCall: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: String
    let make: @Sendable (World) async throws -> CurlAnswer

    init(_ what: String, _ code: String, _ make: @escaping @Sendable (World) async throws -> CurlAnswer) {
        testDescription = what
        self.code = code
        self.make = make
    }

    static func target(_ what: String, _ code: String, _ target: String, method: String = "GET") -> RefusedCall {
        RefusedCall(what, code) { try await $0.rest(method, target) }
    }

    static func headers(_ what: String, _ code: String, _ headers: String...) -> RefusedCall {
        RefusedCall(what, code) { try await $0.rest(headers: headers) }
    }

    static func soap(_ what: String, _ code: String, _ text: String) -> RefusedCall {
        RefusedCall(what, code) { try await $0.soap(text.bytes) }
    }

    /// The good request with one part of its header replaced.
    static func header(_ what: String, _ code: String, _ old: String, _ new: String) -> RefusedCall {
        .soap(what, code, SOAPText.request.replacing(old, with: new))
    }
}

/// What ends at the consumer's server: the caller gets a fault that it can read, and nothing leaves or is kept.
@Suite struct CallerRefusalTests {
    @Test(arguments: rest)
    func restCalls(_ call: RefusedCall) async throws {
        try await World.run({ $0.consumer.bodyBytes = 4096 }) { world in
            let fault = try ObservedFault(rest: try await call.make(world))
            #expect(fault.code == call.code, "\(fault.message)")
            try await world.consumer.log.expect(fault)
            try await world.expectNothingHappened()
        }
    }

    @Test(arguments: soap)
    func soapCalls(_ call: RefusedCall) async throws {
        try await World.run { world in
            let fault = try ObservedFault(soap: try await call.make(world))
            #expect(fault.code == call.code, "\(fault.message)")
            try await world.consumer.log.expect(fault)
            try await world.expectNothingHappened()
        }
    }

    @Test func soapFaultsWithStatus500() async throws {
        try await World.run({ $0.consumer.soapFaultStatus = 500 }) { world in
            let fault = try ObservedFault(soap: try await world.soap("garbage".bytes), status: 500)
            #expect(fault.code == "client.invalid_soap")
        }
    }

    /// PR-REST 4.6: in the form that the caller accepts.
    @Test(arguments: ["text/xml", "application/xml"])
    func restFaultsInXML(mediaType: String) async throws {
        try await World.run { world in
            let answer = try await world.rest("GET", headers: ["X-Road-Client: TEST/GOV/M3/other", "Accept: \(mediaType)"])
            #expect(answer.status == 500)
            #expect(answer.values("content-type") == ["\(mediaType);charset=utf-8"])
            #expect(answer.values("x-road-error") == ["server.clientproxy.unknown_member"])
            #expect(String(decoding: answer.body, as: UTF8.self).contains("<type>server.clientproxy.unknown_member</type>"))
        }
    }

    static let rest: [RefusedCall] = [
        .target("unknown member", "server.clientproxy.unknown_member", "/r1/TEST/GOV/M9/x/permits"),
        .target("unknown subsystem", "server.clientproxy.unknown_member", "/r1/TEST/GOV/M2/nothing/permits"),
        .target("unknown instance", "server.clientproxy.unknown_member", "/r1/OTHER/GOV/M2/provider/permits"),
        .target("subsystem in another case", "server.clientproxy.unknown_member", "/r1/TEST/GOV/M2/Provider/permits"),
        .target("no service", "client.bad_request", "/r1/TEST/GOV/M2/provider"),
        .target("empty code", "client.bad_request", "/r1/TEST/GOV//provider/permits"),
        .target("protocol version", "client.bad_request", "/r2/TEST/GOV/M2/provider/permits"),
        .target("dot segments", "client.bad_request", World.permits + "/a/../b"),
        .target("encoded dot segments", "client.bad_request", World.permits + "/%2e%2e/b"),
        .target("incomplete escape", "client.bad_request", World.permits + "/%4"),
        .target("method", "client.bad_request", World.permits, method: "PROPFIND"),
        .headers("no client", "client.bad_request"),
        .headers("malformed client", "client.bad_request", "X-Road-Client: TEST/GOV"),
        .headers("empty code in client", "client.bad_request", "X-Road-Client: TEST//M1/consumer"),
        .headers(
            "two clients", "client.bad_request", "X-Road-Client: TEST/GOV/M1/consumer", "X-Road-Client: TEST/GOV/M1/visitor"),
        .headers(
            "the same client twice", "client.bad_request", "X-Road-Client: TEST/GOV/M1/consumer",
            "x-road-client: TEST/GOV/M1/consumer"),
        .headers("client of another server", "server.clientproxy.unknown_member", "X-Road-Client: TEST/GOV/M3/other"),
        .headers("client in another case", "server.clientproxy.unknown_member", "X-Road-Client: TEST/GOV/M1/Consumer"),
        .headers("member without subsystem", "server.clientproxy.unknown_member", "X-Road-Client: TEST/GOV/M1"),
        .headers("plain connection", "server.clientproxy.ssl_authentication_failed", "X-Road-Client: TEST/GOV/M1/secured"),
        .headers("two identifiers", "client.bad_request", "X-Road-Client: TEST/GOV/M1/consumer", "X-Road-Id: a", "X-Road-Id: b"),
        .headers(
            "malformed security server", "client.bad_request", "X-Road-Client: TEST/GOV/M1/consumer",
            "X-Road-Security-Server: TEST/GOV/M2"),
        .headers(
            "another server than the provider's", "server.clientproxy.invalid_security_server",
            "X-Road-Client: TEST/GOV/M1/consumer", "X-Road-Security-Server: TEST/GOV/M1/SS1"),
        .headers(
            "unknown server", "server.clientproxy.invalid_security_server", "X-Road-Client: TEST/GOV/M1/consumer",
            "X-Road-Security-Server: TEST/GOV/M2/SS9"),
        RefusedCall("body over the limit", "client.invalid_message") {
            try await $0.rest("POST", body: [UInt8](repeating: 1, count: 4097))
        },
        RefusedCall("body over the limit in chunks", "client.invalid_message") {
            try await $0.rest(
                "POST", headers: ["X-Road-Client: TEST/GOV/M1/consumer", "Transfer-Encoding: chunked"],
                body: [UInt8](repeating: 1, count: 100_000))
        },
    ]

    static let soap: [RefusedCall] = [
        RefusedCall("GET", "client.invalid_http_method") { try await $0.soap([], method: "GET") },
        RefusedCall("PUT", "client.invalid_http_method") { try await $0.soap([], method: "PUT") },
        RefusedCall("no content type", "client.invalid_content_type") {
            try await $0.soap(SOAPText.request.bytes, contentType: nil)
        },
        RefusedCall("JSON", "client.invalid_content_type") { try await $0.soap("{}".bytes, contentType: "application/json") },
        RefusedCall("SOAP 1.2", "client.invalid_content_type") {
            try await $0.soap(SOAPText.request.bytes, contentType: "application/soap+xml")
        },
        RefusedCall("malformed content type", "client.invalid_content_type") {
            try await $0.soap(SOAPText.request.bytes, contentType: "text/xml; charset")
        },
        RefusedCall("malformed multipart", "client.invalid_content_type") {
            try await $0.soap("--a\r\ngarbage".bytes, contentType: "multipart/related; boundary=a")
        },
        .soap("nothing", "client.invalid_soap", ""),
        .soap("garbage", "client.invalid_soap", "garbage"),
        .soap("no envelope", "client.invalid_soap", "<a/>"),
        .soap(
            "DOCTYPE", "client.invalid_soap",
            SOAPText.request.replacing(
                "<soap:Envelope", with: "<!DOCTYPE a [<!ENTITY b \"c\">]><soap:Envelope", maxReplacements: 1)),
        .soap("fault", "client.invalid_message", SOAPText.fault),
        .header("no header", "client.missing_header", "<soap:Header>\(SOAPText.header)</soap:Header>", ""),
        .header("no body", "client.missing_body", "<soap:Body>\(SOAPText.body)</soap:Body>", ""),
        .header("empty body", "client.invalid_body", SOAPText.body, ""),
        .header("two in the body", "client.invalid_body", SOAPText.body, SOAPText.body + SOAPText.body),
        .header("no client", "client.missing_header_field", SOAPText.client, ""),
        .header("no service", "client.missing_header_field", SOAPText.service, ""),
        .header("no identifier", "client.missing_header_field", SOAPText.identifier, ""),
        .header("no protocol version", "client.missing_header_field", SOAPText.version, ""),
        .header("two clients", "client.duplicate_header_field", SOAPText.client, SOAPText.client + SOAPText.client),
        .header("two services", "client.duplicate_header_field", SOAPText.service, SOAPText.service + SOAPText.service),
        .header(
            "two identifiers", "client.duplicate_header_field", SOAPText.identifier, SOAPText.identifier + SOAPText.identifier),
        .header("two users", "client.duplicate_header_field", SOAPText.user, SOAPText.user + SOAPText.user),
        .header("two protocol versions", "client.duplicate_header_field", SOAPText.version, SOAPText.version + SOAPText.version),
        .header("protocol version", "client.invalid_protocol_version", "4.0", "3.1"),
        .header("client type", "client.invalid_xml", "objectType=\"SUBSYSTEM\"", "objectType=\"MEMBER\""),
        .header("empty code", "client.invalid_xml", "<id:memberCode>M1<", "<id:memberCode><"),
        .header("body name", "client.inconsistent_headers", "p:verify", "p:erase"),
        .header("body name that begins so", "client.inconsistent_headers", "p:verify", "p:verifySecret"),
        .header("unknown member", "server.clientproxy.unknown_member", "M2", "M9"),
        .header("client of another server", "server.clientproxy.unknown_member", "<id:memberCode>M1<", "<id:memberCode>M3<"),
        .header("plain connection", "server.clientproxy.ssl_authentication_failed", "consumer<", "secured<"),
        .header(
            "another security server", "server.clientproxy.invalid_security_server", SOAPText.version,
            SOAPText.version + SOAPText.securityServer("M1", "SS1")),
        .soap(
            "message over the limit", "client.invalid_message",
            SOAPText.request.replacing("<p:number>1", with: "<p:number>" + String(repeating: "1", count: 1 << 20))),
    ]
}
