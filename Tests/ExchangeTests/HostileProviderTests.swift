import MessageCodecs
import PKI
import Testing
import XRoadModel

/// What a peer in the provider's place answers, and what the caller is told.
struct HostileAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Behind `server.clientproxy.`
    let code: String
    let make: @Sendable (World, ReceivedHTTP) throws -> ScriptedAnswer

    init(_ what: String, _ code: String, _ make: @escaping @Sendable (World, ReceivedHTTP) throws -> ScriptedAnswer) {
        testDescription = what
        self.code = code
        self.make = make
    }

    /// A good answer that `spoil` changes.
    static func spoiled(
        _ what: String, _ code: String, body: [UInt8]? = "answer".bytes,
        _ spoil: @escaping @Sendable (inout ForgedMessage) -> Void
    ) -> HostileAnswer {
        HostileAnswer(what, code) { world, request in
            var message = try world.forgedAnswer(to: request, body: body)
            spoil(&message)
            return ScriptedAnswer(message)
        }
    }

    static func signed(
        _ what: String, _ code: String, _ edit: @escaping @Sendable (inout ForgedSigning, World) throws -> Void
    ) -> HostileAnswer {
        HostileAnswer(what, code) { world, request in
            ScriptedAnswer(try world.forgedAnswer(to: request, signing: { try edit(&$0, world) }))
        }
    }

    /// Well signed, but the answer to a request in which `old` was `new`.
    static func other(_ what: String, _ old: String, _ new: String) -> HostileAnswer {
        HostileAnswer(what, "inconsistent_response") { world, request in
            ScriptedAnswer(try world.forgedAnswer(to: request, like: { $0.replacing(old, with: new) }))
        }
    }

    /// A SOAP answer whose header is another one, well signed.
    static func header(_ what: String, _ code: String, _ old: String, _ new: String) -> HostileAnswer {
        HostileAnswer(what, code) { world, request in
            ScriptedAnswer(try world.forgedSOAPAnswer(to: request, header: { $0.replacing(old, with: new) }))
        }
    }
}

/// The consumer's server and a provider's server that is who it should be and answers what it should not: the caller gets a fault
/// and nothing of the answer, and only the request is kept.
@Suite struct HostileProviderTests {
    /// Without it every refusal below could have another reason.
    @Test(arguments: [
        ("answer" as String?, DigestAlgorithm.sha512), (nil, .sha512), ("", .sha512), ("answer", .sha256), (nil, .sha384),
    ])
    func goodAnswers(body: String?, digest: DigestAlgorithm) async throws {
        try await withPeer { world, peer in
            peer.answer { request in
                ScriptedAnswer(try world.forgedAnswer(to: request, body: body?.bytes, signing: { $0.digest = digest }))
            }
            let answer = try await world.rest("POST", headers: Self.headers, body: "question".bytes)
            #expect(answer.status == 200)
            #expect(answer.body == (body ?? "").bytes)
            #expect(try await world.consumer.records().map(\.entry.direction) == [.request, .response])
        }
    }

    @Test func goodSOAPAnswer() async throws {
        try await withPeer { world, peer in
            peer.answer { ScriptedAnswer(try world.forgedSOAPAnswer(to: $0)) }
            let answer = try await world.soap(SOAPText.request.bytes)
            #expect(answer.status == 200)
            #expect(String(decoding: answer.body, as: UTF8.self).contains(SOAPText.answerBody))
            #expect(answer.values("content-type") == ["text/xml"])
            try await world.expectRecords(consumer: 2, provider: 0)
        }
    }

    @Test(arguments: transport + signatures + others + HostileChain.answers)
    func restRefusals(_ hostile: HostileAnswer) async throws {
        try await withPeer { world, peer in
            peer.answer { try hostile.make(world, $0) }
            let answer = try await world.rest("POST", headers: Self.headers, body: "question".bytes)
            try await expectRefusal(try ObservedFault(rest: answer), hostile, world, peer)
        }
    }

    @Test(arguments: soap)
    func soapRefusals(_ hostile: HostileAnswer) async throws {
        try await withPeer { world, peer in
            peer.answer { try hostile.make(world, $0) }
            try await expectRefusal(try ObservedFault(soap: try await world.soap(SOAPText.request.bytes)), hostile, world, peer)
        }
    }

    /// Another server's fault is handed on as it is, with its identifier, whatever the code; without a signature it is no answer.
    @Test(arguments: ["server.serverproxy.service_failed.http_error", "Server.ServerProxy.AccessDenied", "client.invalid_soap"])
    func faultsArePassedOn(code: String) async throws {
        let identifier = "2a6a0a6e-35e3-4b2b-a9ed-9a6b7b8f7c11"
        let fault = Fault(code: code, message: "because", detail: identifier).soap()
        for status in [200, 500] {
            try await withPeer { world, peer in
                peer.answer(ScriptedAnswer(status: status, headers: [("Content-Type", "text/xml;charset=utf-8")], body: fault))
                let rest = try ObservedFault(rest: try await world.rest())
                #expect(rest.code == code)
                #expect(rest.detail == identifier)
                #expect(rest.message == "because")
                try await world.consumer.log.expect(rest)
                let soap = try await world.soap(SOAPText.request.bytes)
                #expect(soap.body == fault)
                try await world.expectRecords(consumer: 2, provider: 0)
            }
        }
    }

    /// In place of the signature, when parts of the answer have left already (PR-MESSTRANSP 3.3 step 7).
    @Test func faultInPlaceOfTheSignature() async throws {
        let fault = Fault(code: "server.serverproxy.cannot_sign", message: "no", detail: "6f5ff7d2-7a8b-4d0c-8a0c-3f7c1d1b2a10")
        try await withPeer { world, peer in
            peer.answer { request in
                var message = try world.forgedAnswer(to: request)
                message.remove(.hashChain)
                message.remove(.hashChainResult)
                message.remove(.signature)
                message.parts.append(.init(type: "text/xml; charset=UTF-8", bytes: fault.soap()))
                return ScriptedAnswer(message)
            }
            let observed = try ObservedFault(rest: try await world.rest())
            #expect(observed.code == fault.code)
            #expect(observed.detail == fault.detail)
            try await world.expectRecords(consumer: 1, provider: 0)
        }
    }

    @Test func slowPeer() async throws {
        try await withPeer { world, peer in
            peer.answer { _ in
                try? await Task.sleep(for: .seconds(5))
                return ScriptedAnswer()
            }
            let fault = try ObservedFault(rest: try await world.rest())
            #expect(fault.code == "server.clientproxy.network_error")
            #expect(fault.message.contains("took too long"))
            try await world.consumer.log.expect(fault)
            try await world.expectRecords(consumer: 1, provider: 0)
        }
    }

    static let headers = ["X-Road-Client: TEST/GOV/M1/consumer", "X-Road-Id: id-1"]

    private func withPeer(_ body: (World, ScriptedServer) async throws -> Void) async throws {
        let identity = try TestInstance.shared.get().providerTLS
        try await World.run({
            $0.place = .script(identity)
            $0.consumer.bodyBytes = 4096
            $0.consumer.callSeconds = 2
        }) { world in try await body(world, try #require(world.script)) }
    }

    private func expectRefusal(_ fault: ObservedFault, _ hostile: HostileAnswer, _ world: World, _ peer: ScriptedServer)
        async throws
    {
        #expect(fault.code == "server.clientproxy." + hostile.code, "\(fault.message)")
        try await world.consumer.log.expect(fault)
        #expect(peer.received.count == 1)
        try await world.expectRecords(consumer: 1, provider: 0)
        // A peer that answers so gets no second call over this connection.
        #expect(world.consumer.peers.idleConnections == 0)
    }

    static let transport: [HostileAnswer] = [
        HostileAnswer("HTTP status 404", "io_error") { _, _ in ScriptedAnswer(status: 404) },
        HostileAnswer("HTTP status 302", "io_error") { _, _ in
            ScriptedAnswer(status: 302, headers: [("Location", "http://127.0.0.1/")])
        },
        HostileAnswer("good answer with HTTP status 503", "io_error") {
            ScriptedAnswer(try $0.forgedAnswer(to: $1), status: 503)
        },
        HostileAnswer("nothing", "service_failed.invalid_content_type") { _, _ in ScriptedAnswer(headers: []) },
        HostileAnswer("HTML", "service_failed.invalid_content_type") { _, _ in
            ScriptedAnswer(headers: [("Content-Type", "text/html")], body: "<html/>".bytes)
        },
        HostileAnswer("XML that is no fault", "service_failed.invalid_soap") { _, _ in
            ScriptedAnswer(headers: [("Content-Type", "text/xml")], body: "<a/>".bytes)
        },
        HostileAnswer("SOAP message in place of a fault", "service_failed.invalid_message") { _, _ in
            ScriptedAnswer(headers: [("Content-Type", "text/xml")], body: SOAPText.answer.bytes)
        },
        HostileAnswer("cut off", "network_error") { world, request in
            var answer = ScriptedAnswer(try world.forgedAnswer(to: request))
            answer.isCutOff = true
            return answer
        },
        HostileAnswer("closed before the answer", "network_error") { _, _ in
            var answer = ScriptedAnswer()
            answer.isCutOff = true
            answer.headers = []
            return answer
        },
        .spoiled("no boundary", "service_failed.invalid_content_type") { $0[field: "Content-Type"] = "multipart/mixed" },
        .spoiled("garbage in a multipart", "service_failed.mime_parsing_failed") { $0.wholeBody = "garbage".bytes },
        .spoiled("truncated multipart", "service_failed.mime_parsing_failed") { $0.wholeBody = $0.encoded.dropLast(30) },
        .spoiled("no digest algorithm", "service_failed.internal_error") { $0[field: "x-hash-algorithm"] = nil },
        .spoiled("unknown digest algorithm", "service_failed.unsupported_algorithm") { $0[field: "x-hash-algorithm"] = "MD5" },
        .spoiled("weak digest algorithm", "service_failed.unsupported_algorithm") { $0[field: "x-hash-algorithm"] = "SHA-1" },
        .spoiled("no message", "service_failed.invalid_content_type") { $0.remove(.answerHead) },
        .spoiled("request in place of an answer", "service_failed.invalid_content_type") {
            $0.parts[0] = .init(type: ForgedMessage.Role.requestHead.rawValue, bytes: World.forgedHead.bytes)
        },
        .spoiled("garbage in place of a head", "service_failed.invalid_rest") { $0[.answerHead] = "garbage".bytes },
        .spoiled("body over the limit", "service_failed.invalid_message") { $0[.body] = [UInt8](repeating: 1, count: 4097) },
        .spoiled("head over the limit", "service_failed.invalid_message") {
            $0[.answerHead] = [UInt8](repeating: 1, count: (1 << 20) + 1)
        },
        .spoiled("unknown part", "service_failed.invalid_content_type") {
            $0.parts.insert(.init(type: "text/plain", bytes: []), at: 1)
        },
        HostileAnswer("SOAP answer to a REST call", "service_failed.missing_rest") {
            ScriptedAnswer(try $0.forgedSOAPAnswer(to: $1))
        },
    ]

    static let signatures: [HostileAnswer] = [
        .spoiled("no signature", "service_failed.missing_signature") { $0.remove(.signature) },
        .spoiled("garbage in place of the signature", "invalid_xml") { $0[.signature] = "garbage".bytes },
        .spoiled("tampered head", "malformed_signature.invalid_hash_chain") {
            $0.replace(.answerHead, "text/plain", with: "text/html!")
        },
        .spoiled("tampered status", "invalid_signature_value", body: nil) {
            $0.replace(.answerHead, "200\r\nOK", with: "201\r\nOK")
        },
        .spoiled("tampered body", "malformed_signature.invalid_hash_chain") { $0[.body] = "Answer".bytes },
        .spoiled("body that was not signed", "malformed_signature", body: nil) {
            $0.parts.insert(.init(type: ForgedMessage.Role.body.rawValue, bytes: "added".bytes), at: 1)
        },
        .spoiled("signed body that is missing", "malformed_signature.invalid_reference") { $0.remove(.body) },
        .signed("signature of another member of that server", "incorrect_certificate") { $0.signer = $1.instance.other },
        .signed("signature of the consumer", "incorrect_certificate") { $0.signer = $1.instance.consumer },
        .signed("signature by an authentication certificate", "malformed_signature") { $0.signer = $1.instance.providerTLS },
        .signed("signature of tomorrow", "malformed_signature") { signing, _ in
            signing.time = signing.time.adding(seconds: 86_400)
        },
        .signed("old OCSP response", "invalid_cert_path.cert_validation") { signing, _ in
            signing.statusTime = signing.statusTime.adding(seconds: -3601)
        },
        .signed("OCSP response on another certificate", "invalid_cert_path.cert_validation") {
            $0.status = $1.instance.providerTLS
        },
    ]

    static let others: [HostileAnswer] = [
        .other("another identifier", "id-1", "id-2"),
        .other("another client", "M1/consumer", "M1/visitor"),
        .other("another service", "provider/permits", "provider/secrets"),
        .other("another request identifier", "x-road-request-id:", "x-road-request-id:0"),
        HostileAnswer("another request hash", "inconsistent_response") { world, request in
            ScriptedAnswer(try world.forgedAnswer(to: request, requestHash: DigestAlgorithm.sha512.digest("other".bytes)))
        },
        HostileAnswer("hash of the head alone", "inconsistent_response") { world, request in
            let head = try OpenedMessage(request).part
            return ScriptedAnswer(try world.forgedAnswer(to: request, requestHash: DigestAlgorithm.sha512.digest(head)))
        },
    ]

    static let soap: [HostileAnswer] = [
        .header("another identifier", "inconsistent_response", "message-1", "message-2"),
        .header("another client", "inconsistent_response", "consumer<", "visitor<"),
        .header("another user", "inconsistent_response", "TEST30000000000", "TEST30000000001"),
        .header("no user", "inconsistent_response", SOAPText.user, ""),
        .header("no request hash", "inconsistent_response", "xrd:requestHash", "xrd:otherHash"),
        .header("weak request hash", "inconsistent_response", DigestAlgorithm.sha512.uri, DigestAlgorithm.sha1.uri),
        .header("no identifier", "service_failed.missing_header_field", SOAPText.identifier, ""),
        .header(
            "two identifiers", "service_failed.duplicate_header_field", SOAPText.identifier,
            SOAPText.identifier + SOAPText.identifier),
        HostileAnswer("another request's hash", "inconsistent_response") { world, request in
            let hash = Base64.encode(DigestAlgorithm.sha512.digest(try OpenedMessage(request).part))
            let other = Base64.encode(DigestAlgorithm.sha512.digest("other".bytes))
            return ScriptedAnswer(try world.forgedSOAPAnswer(to: request, header: { $0.replacing(hash, with: other) }))
        },
        HostileAnswer("the request itself", "service_failed.inconsistent_headers") { world, request in
            ScriptedAnswer(try world.forgedSOAPAnswer(to: request, body: SOAPText.body))
        },
        HostileAnswer("signed fault", "service_failed.invalid_message") { world, request in
            var message = try world.forgedSOAPAnswer(to: request)
            message[.soap] = SOAPText.fault.bytes
            return ScriptedAnswer(message)
        },
        HostileAnswer("tampered answer", "invalid_signature_value") { world, request in
            var message = try world.forgedSOAPAnswer(to: request)
            message.replace(.soap, "true", with: "false")
            return ScriptedAnswer(message)
        },
        HostileAnswer("signature of another member", "incorrect_certificate") { world, request in
            ScriptedAnswer(try world.forgedSOAPAnswer(to: request, signing: { $0.signer = world.instance.other }))
        },
        HostileAnswer("REST answer to a SOAP call", "service_failed.missing_soap") { world, request in
            var message = try world.forgedSOAPAnswer(to: request)
            message.parts[0] = .init(type: ForgedMessage.Role.answerHead.rawValue, bytes: "200\r\nOK\r\n".bytes)
            return ScriptedAnswer(message)
        },
    ]
}
