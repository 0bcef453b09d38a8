import MessageCodecs
import Networking
import PKI
import Testing
import XRoadModel

@testable import SignedDocuments

/// What a message to port 5500 is, and what its sender is told.
struct HostileRequest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Behind `server.serverproxy.`
    let code: String
    let make: @Sendable (World) throws -> ForgedMessage

    init(_ what: String, _ code: String, _ make: @escaping @Sendable (World) throws -> ForgedMessage) {
        testDescription = what
        self.code = code
        self.make = make
    }

    /// A good message that `spoil` changes.
    static func spoiled(
        _ what: String, _ code: String, body: [UInt8]? = "question".bytes,
        _ spoil: @escaping @Sendable (inout ForgedMessage) -> Void
    ) -> HostileRequest {
        HostileRequest(what, code) { world in
            var message = try world.forgedRequest(body: body)
            spoil(&message)
            return message
        }
    }

    /// A message whose head is another one, well signed.
    static func head(_ what: String, _ code: String, _ old: String, _ new: String) -> HostileRequest {
        HostileRequest(what, code) { try $0.forgedRequest(head: World.forgedHead.replacing(old, with: new)) }
    }

    static func signed(
        _ what: String, _ code: String, body: [UInt8]? = "question".bytes,
        _ edit: @escaping @Sendable (inout ForgedSigning, World) throws -> Void
    ) -> HostileRequest {
        HostileRequest(what, code) { world in try world.forgedRequest(body: body) { try edit(&$0, world) } }
    }

    static func soap(_ what: String, _ code: String, _ text: String) -> HostileRequest {
        HostileRequest(what, code) { try $0.forgedSOAPRequest(text) }
    }
}

/// The provider's server and a peer that is registered and up to no good: nothing is kept, nothing is called, and the fault is
/// SOAP with HTTP status 200 whatever the request was (PR-MESSTRANSP 3.1).
@Suite struct HostileConsumerTests {
    /// Without it every refusal below could have another reason.
    @Test(arguments: [
        ("question" as String?, DigestAlgorithm.sha512), (nil, .sha512), ("", .sha512), ("question", .sha256), (nil, .sha384),
    ])
    func goodMessages(body: String?, digest: DigestAlgorithm) async throws {
        try await World.run { world in
            world.service.answer(ScriptedAnswer(body: "answer".bytes))
            let message = try world.forgedRequest(body: body?.bytes) { $0.digest = digest }
            let answer = try await world.send(message, as: world.instance.consumerTLS)
            #expect(answer.status == 200)
            #expect(
                answer.values("content-type").first?.hasPrefix("multipart/mixed") == true,
                "\(String(decoding: answer.body, as: UTF8.self))")
            #expect(answer.values("x-hash-algorithm") == ["SHA-512"])
            #expect(world.service.received.map(\.body) == [(body ?? "").bytes])
            #expect(try await world.provider.records().map(\.entry.direction) == [.request, .response])
            #expect(try await world.provider.log.exchanges().first?.fields["fault"] == nil)
        }
    }

    @Test func goodSOAPMessage() async throws {
        try await World.run { world in
            world.service.answer(ScriptedAnswer(headers: [("Content-Type", "text/xml")], body: SOAPText.answer.bytes))
            let answer = try await world.send(try world.forgedSOAPRequest { $0.digest = .sha256 }, as: world.instance.consumerTLS)
            #expect(answer.values("content-type").first?.hasPrefix("multipart/mixed") == true)
            #expect(world.service.received.map(\.body) == [SOAPText.request.bytes])
        }
    }

    @Test(arguments: transport + heads + signatures + soap + HostileChain.requests)
    func refusals(_ request: HostileRequest) async throws {
        try await World.run({ $0.provider.bodyBytes = 4096 }) { world in
            try await world.expectRefusal(try request.make(world), as: world.instance.consumerTLS, request.code)
        }
    }

    static let transport: [HostileRequest] = [
        .spoiled("another method", "invalid_http_method") { $0.method = "PUT" },
        .spoiled("no content type", "invalid_content_type") { $0[field: "Content-Type"] = nil },
        .spoiled("another content type", "invalid_content_type") { $0[field: "Content-Type"] = "application/json" },
        .spoiled("no boundary", "invalid_content_type") { $0[field: "Content-Type"] = "multipart/mixed" },
        .spoiled("two content types", "invalid_content_type") { $0.fields.append(("content-type", "text/xml")) },
        .spoiled("no digest algorithm", "internal_error") { $0[field: "x-hash-algorithm"] = nil },
        .spoiled("unknown digest algorithm", "unsupported_algorithm") { $0[field: "x-hash-algorithm"] = "MD5" },
        .spoiled("weak digest algorithm", "unsupported_algorithm") { $0[field: "x-hash-algorithm"] = "SHA-1" },
        .spoiled("two digest algorithms", "invalid_message") { $0.fields.append(("X-Hash-Algorithm", "SHA-512")) },
        .spoiled("REST message said to be SOAP", "missing_soap") { $0[field: "x-road-message-type"] = nil },
        .spoiled("no multipart", "mime_parsing_failed") { $0.wholeBody = "garbage".bytes },
        .spoiled("nothing", "mime_parsing_failed") { $0.wholeBody = [] },
        .spoiled("another boundary", "mime_parsing_failed") {
            $0[field: "Content-Type"] = "multipart/mixed; boundary=other"
        },
        .spoiled("cut off", "mime_parsing_failed") { $0.wholeBody = $0.encoded.dropLast(40) },
        .spoiled("no end", "mime_parsing_failed") { $0.afterLastBoundary = "" },
        .spoiled("malformed part header", "mime_parsing_failed") { $0.parts[1].type = "x\r\nno field" },
        .spoiled("more than a message", "invalid_message") { $0.append(.body, "more".bytes) },
        .spoiled("no OCSP response", "ssl_authentication_failed") { $0.remove(.ocspResponse) },
        .spoiled("OCSP response that is none", "io_error") { $0[.ocspResponse] = "garbage".bytes },
        .spoiled("too many OCSP responses", "invalid_message") { message in
            message.parts.insert(contentsOf: Array(repeating: message.parts[0], count: 16), at: 0)
        },
        .spoiled("no message", "invalid_content_type") { $0.remove(.requestHead) },
        .spoiled("only OCSP responses", "missing_rest") { $0.parts = [$0.parts[0]] },
        .spoiled("message larger than allowed", "invalid_message") {
            $0[.requestHead] = [UInt8](repeating: UInt8(ascii: "a"), count: (1 << 20) + 1)
        },
        .spoiled("unknown part", "invalid_content_type") { $0.parts.insert(.init(type: "text/plain", bytes: []), at: 2) },
        .spoiled("signature before the body", "invalid_message") { $0.parts.swapAt(2, $0.parts.count - 1) },
        .spoiled("SOAP attachments", "invalid_content_type") { $0.parts[2].type = "multipart/mixed; boundary=a" },
        .spoiled("fault in place of the signature", "invalid_message") {
            $0.parts[$0.parts.count - 1] = .init(type: "text/xml", bytes: SOAPText.fault.bytes)
        },
        .spoiled("body over the limit", "invalid_message") { $0[.body] = [UInt8](repeating: 1, count: 4097) },
    ]

    static let heads: [HostileRequest] = [
        .head("unknown method", "invalid_rest", "POST\r\n", "STEAL\r\n"),
        .head("dot segments", "invalid_rest", "/permits/list", "/permits/../other"),
        .head("encoded dot segments", "invalid_rest", "/permits/list", "/permits/a/%2e%2E/other"),
        .head("no client", "invalid_rest", "x-road-client:TEST/GOV/M1/consumer\r\n", ""),
        .head("malformed client", "invalid_rest", "TEST/GOV/M1/consumer", "TEST//M1"),
        .head("two clients", "invalid_rest", "x-road-id:", "X-Road-Client:TEST/GOV/M3/other\r\nx-road-id:"),
        .head("no identifier", "invalid_rest", "x-road-id:id-1\r\n", ""),
        .head("bare line feeds", "invalid_rest", "\r\n", "\n"),
        .head("field of one connection", "invalid_rest", "content-type:", "Host:evil\r\ncontent-type:"),
        .head(
            "another security server", "invalid_security_server", "x-road-id:",
            "x-road-security-server:TEST/GOV/M1/SS1\r\nx-road-id:"),
        .head("provider of another server", "unknown_member", "TEST/GOV/M2/provider", "TEST/GOV/M1/visitor"),
        .head("provider that is not set up", "unknown_member", "TEST/GOV/M2/provider", "TEST/GOV/M2/orphan"),
        .head("unknown service", "unknown_service", "/permits/", "/nothing/"),
        .head("service of the other kind", "unknown_service", "/permits/", "/verify/"),
        .head("client without a right", "access_denied", "M1/consumer", "M1/visitor"),
        .head("disabled service", "service_disabled", "/permits/", "/disabled/"),
        HostileRequest("client of another server", "ssl_authentication_failed") { world in
            try world.forgedRequest(head: World.forgedHead.replacing("M1/consumer", with: "M3/other")) {
                $0.signer = world.instance.other
            }
        },
        .head("unregistered client", "ssl_authentication_failed", "M1/consumer", "M1/nobody"),
    ]

    static let signatures: [HostileRequest] = [
        .spoiled("no signature", "missing_signature") { $0.remove(.signature) },
        .spoiled("signature that is none", "malformed_signature") { $0[.signature] = "<a/>".bytes },
        .spoiled("signature that is no XML", "invalid_xml") { $0[.signature] = "garbage".bytes },
        .spoiled("tampered message", "malformed_signature.invalid_hash_chain") {
            $0.replace(.requestHead, "id-1", with: "id-2")
        },
        .spoiled("tampered message without body", "invalid_signature_value", body: nil) {
            $0.replace(.requestHead, "id-1", with: "id-2")
        },
        .spoiled("tampered body", "malformed_signature.invalid_hash_chain") { $0[.body] = "Question".bytes },
        .spoiled("tampered signature value", "invalid_signature_value") { message in
            let text = String(decoding: message[.signature], as: UTF8.self)
            guard let start = text.range(of: "Id=\"signature-value\">")?.upperBound else { return }
            let last = text[start...].prefix(8)
            message.replace(.signature, String(last), with: last.reversed().map(String.init).joined())
        },
        .spoiled("body that was not signed", "malformed_signature", body: nil) {
            $0.parts.insert(.init(type: ForgedMessage.Role.body.rawValue, bytes: "added".bytes), at: 2)
        },
        .spoiled("signed body that is missing", "malformed_signature.invalid_reference") { $0.remove(.body) },
        .spoiled("no hash chain", "invalid_reference") {
            $0.remove(.hashChainResult)
            $0.remove(.hashChain)
        },
        .spoiled("half a hash chain", "invalid_message") { $0.remove(.hashChain) },
        .spoiled("tampered hash chain result", "malformed_signature.invalid_hash_chain") { message in
            let text = String(decoding: message[.hashChainResult], as: UTF8.self)
            guard let start = text.range(of: "<DigestValue>")?.upperBound else { return }
            let digest = String(text[start...].prefix(16))
            message.replace(.hashChainResult, digest, with: String(digest.reversed()))
        },
        .spoiled("hash chain that is no XML", "malformed_signature.malformed_hash_chain") { $0[.hashChain] = "garbage".bytes },
        HostileRequest("hash chain of another message", "malformed_signature.invalid_hash_chain") { world in
            var message = try world.forgedRequest()
            let other = try world.forgedRequest(body: "other".bytes)
            message[.hashChain] = other[.hashChain]
            message[.hashChainResult] = other[.hashChainResult]
            return message
        },
        HostileRequest("hash chain of this message, signature of another", "invalid_signature_value") { world in
            var message = try world.forgedRequest()
            message[.signature] = try world.forgedRequest(body: "other".bytes)[.signature]
            return message
        },
        HostileRequest("hash chain without the body", "malformed_signature.hashchain_unused_inputs") { world in
            var message = try world.forgedRequest()
            let uncovered = BatchHashChain(
                .messages, inputs: [[DigestAlgorithm.sha512.digest(message[.requestHead])]], algorithm: .sha512
            ).documents(at: 0)
            try message.signAnew(uncovered, by: world.instance.consumer)
            return message
        },
        HostileRequest("hash chain that is not signed", "malformed_signature") { world in
            var message = try world.forgedRequest(body: nil)
            let other = try world.forgedRequest()
            let parts = other.parts.filter { $0.type.contains("hash-chain") }
            message.parts.insert(contentsOf: parts, at: 2)
            return message
        },
        .signed("signature over the message alone", "malformed_signature") { signing, _ in signing.attachments = [] },
        .signed("signature over more than was sent", "malformed_signature.invalid_reference") { signing, _ in
            signing.attachments = ["question".bytes, "more".bytes]
        },
        .signed("signature of another member", "incorrect_certificate") { signing, world in signing.signer = world.instance.other
        },
        .signed("signature of the provider itself", "incorrect_certificate") { signing, world in
            signing.signer = world.instance.provider
        },
        .signed("signature by an authentication certificate", "malformed_signature") { signing, world in
            signing.signer = world.instance.consumerTLS
        },
        .signed("signature of tomorrow", "malformed_signature") { signing, _ in
            signing.time = signing.time.adding(seconds: 86_400)
        },
        .signed("OCSP response on another certificate", "invalid_cert_path.cert_validation") { signing, world in
            signing.status = world.instance.consumerTLS
        },
        .signed("old OCSP response", "invalid_cert_path.cert_validation") { signing, _ in
            signing.statusTime = signing.statusTime.adding(seconds: -3601)
        },
        .signed("OCSP response of tomorrow", "invalid_cert_path.cert_validation") { signing, _ in
            signing.statusTime = signing.statusTime.adding(seconds: 86_400)
        },
        .signed("another digest than said", "malformed_signature.invalid_reference") { signing, _ in signing.digest = .sha384 }
            .saying("SHA-256"),
    ]

    static let soap: [HostileRequest] = [
        .soap(
            "DOCTYPE", "invalid_soap",
            SOAPText.request.replacing("<soap:Envelope", with: "<!DOCTYPE a><soap:Envelope", maxReplacements: 1)),
        .soap("no SOAP", "invalid_soap", "<a/>"),
        .soap("fault as a request", "invalid_message", SOAPText.fault),
        .soap(
            "no header", "missing_header", SOAPText.request.replacing("<soap:Header>\(SOAPText.header)</soap:Header>", with: "")),
        .soap(
            "another body", "inconsistent_headers",
            SOAPText.envelope(body: SOAPText.body.replacing("p:verify", with: "p:verifySecret"))),
        .soap(
            "unknown service", "unknown_service",
            SOAPText.request.replacing(SOAPText.service, with: SOAPText.service("verify", version: "v2"))),
        .soap("client without a right", "access_denied", SOAPText.request.replacing("consumer<", with: "visitor<")),
        .soap(
            "another security server", "invalid_security_server",
            SOAPText.envelope(header: SOAPText.header + SOAPText.securityServer("M1", "SS1"))),
        HostileRequest("tampered message", "invalid_signature_value") { world in
            var message = try world.forgedSOAPRequest()
            message.replace(.soap, "<p:number>1", with: "<p:number>2")
            return message
        },
        HostileRequest("no signature", "missing_signature") { world in
            var message = try world.forgedSOAPRequest()
            message.remove(.signature)
            return message
        },
        HostileRequest("attachments", "invalid_message") { world in
            var message = try world.forgedSOAPRequest()
            let attachment = "--a\r\ncontent-type:text/plain\r\n\r\nx\r\n--a--\r\n"
            message.parts.insert(.init(type: "multipart/mixed; boundary=a", bytes: attachment.bytes), at: 2)
            return message
        },
        HostileRequest("REST message in a SOAP part", "missing_rest") { world in
            var message = try world.forgedSOAPRequest()
            message[field: "x-road-message-type"] = "REST"
            return message
        },
    ]
}

extension HostileRequest {
    /// The same with another word in `x-hash-algorithm`.
    fileprivate func saying(_ digest: String) -> HostileRequest {
        HostileRequest(testDescription, code) { world in
            var message = try make(world)
            message[field: "x-hash-algorithm"] = digest
            return message
        }
    }
}

extension World {
    /// The provider's server refuses the message, calls nothing, keeps nothing, and its log has the fault's identifier.
    func expectRefusal(
        _ message: ForgedMessage, as identity: Identity, _ code: String, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await send(message, as: identity)
        #expect(answer.status == 200, sourceLocation: location)
        let fault = try ObservedFault(soap: answer.body, contentTypes: answer.values("content-type"), location)
        #expect(fault.code == "server.serverproxy." + code, "\(fault.message)", sourceLocation: location)
        try await provider.log.expect(fault, location)
        #expect(service.received.isEmpty, sourceLocation: location)
        try await expectRecords(consumer: 0, provider: 0, location)
    }
}
