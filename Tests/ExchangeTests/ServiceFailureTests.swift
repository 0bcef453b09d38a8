import MessageCodecs
import NIOCore
import NIOPosix
import Testing
import XRoadModel

/// What a service does wrong, and what the caller is told behind `server.serverproxy.service_failed.`
struct FailingService: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: String
    let answer: ScriptedAnswer

    init(_ what: String, _ code: String, _ answer: ScriptedAnswer) {
        testDescription = what
        self.code = code
        self.answer = answer
    }

    static func soap(_ what: String, _ code: String, _ text: String, contentType: String = "text/xml") -> FailingService {
        FailingService(what, code, ScriptedAnswer(headers: [("Content-Type", contentType)], body: text.bytes))
    }

    /// The good answer with something replaced.
    static func answer(_ what: String, _ code: String, _ old: String, _ new: String) -> FailingService {
        .soap(what, code, SOAPText.answer.replacing(old, with: new))
    }
}

/// Services that are not there, slow or wrong. The request has been kept on both sides, an answer is on neither.
@Suite struct ServiceFailureTests {
    @Test(arguments: [
        FailingService("cut off", "io_error", ScriptedAnswer(body: "part".bytes, isCutOff: true)),
        FailingService("over the limit", "invalid_message", ScriptedAnswer(body: [UInt8](repeating: 1, count: 4097))),
        FailingService("no answer at all", "network_error", ScriptedAnswer(isCutOff: true)),
    ])
    func restServices(_ failing: FailingService) async throws {
        try await World.run({ $0.provider.bodyBytes = 4096 }) { world in
            world.service.answer(failing.answer)
            try await world.expectServiceFailure(try ObservedFault(rest: try await world.rest()), failing.code)
            #expect(world.service.received.count == 1)
        }
    }

    @Test(arguments: [
        FailingService(
            "cut off", "io_error", ScriptedAnswer(headers: [("Content-Type", "text/xml")], body: "<a".bytes, isCutOff: true)),
        .soap("nothing", "invalid_soap", ""), .soap("garbage", "invalid_soap", "garbage"),
        .soap("no envelope", "invalid_soap", "<a/>"),
        .soap("HTML", "invalid_content_type", "<html/>", contentType: "text/html"),
        FailingService("no content type", "invalid_content_type", ScriptedAnswer(headers: [], body: SOAPText.answer.bytes)),
        .answer("DOCTYPE", "invalid_soap", "<soap:Envelope", "<!DOCTYPE a><soap:Envelope"),
        .answer("no header", "missing_header", "<soap:Header>\(SOAPText.header)</soap:Header>", ""),
        .answer("no identifier", "missing_header_field", SOAPText.identifier, ""),
        .answer("two clients", "duplicate_header_field", SOAPText.client, SOAPText.client + SOAPText.client),
        .answer("another identifier", "inconsistent_headers", "message-1", "message-2"),
        .answer("another client", "inconsistent_headers", "consumer<", "visitor<"),
        .answer("another user", "inconsistent_headers", "TEST30000000000", "TEST30000000001"),
        .answer("no user", "inconsistent_headers", SOAPText.user, ""),
        .answer("body of a request", "inconsistent_headers", "verifyResponse", "verify"),
        .answer("no body", "missing_body", "<soap:Body>\(SOAPText.answerBody)</soap:Body>", ""),
        .answer("over the limit", "invalid_message", "true", String(repeating: "1", count: 1 << 20)),
    ])
    func soapServices(_ failing: FailingService) async throws {
        try await World.run { world in
            world.service.answer(failing.answer)
            let fault = try ObservedFault(soap: try await world.soap(SOAPText.request.bytes))
            try await world.expectServiceFailure(fault, failing.code)
            #expect(world.service.received.count == 1)
        }
    }

    @Test(arguments: ["down", "slow"])
    func servicesThatDoNotAnswer(service: String) async throws {
        try await World.run { world in
            world.service.answer { _ in
                try? await Task.sleep(for: .seconds(3))
                return ScriptedAnswer()
            }
            let rest = try ObservedFault(
                rest: try await world.rest("GET", "/r1/TEST/GOV/M2/provider/\(service)/person/300?id=400"))
            try await world.expectServiceFailure(rest, "network_error")
            // Paths and queries may name persons.
            #expect(!rest.message.contains("300") && !rest.message.contains("400"))
        }
        try await World.run { world in
            world.service.answer { _ in
                try? await Task.sleep(for: .seconds(3))
                return ScriptedAnswer()
            }
            let text = SOAPText.request.replacing(SOAPText.service, with: SOAPText.service(service))
                .replacing("p:verify", with: "p:\(service)")
            try await world.expectServiceFailure(try ObservedFault(soap: try await world.soap(text.bytes)), "network_error")
        }
    }

    @Test func serviceThatSpeaksNoHTTP() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let greeting = channel.allocator.buffer(string: "220 mail.example ESMTP\r\n")
                    channel.writeAndFlush(greeting).whenComplete { _ in channel.close(promise: nil) }
                }
            }.bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        try await World.run({ plan in
            let service = plan.provider.services[0]
            plan.provider.services[0] = .init(
                identifier: service.identifier, kind: .rest, address: "http://127.0.0.1:\(port)", timeoutSeconds: 5,
                consumers: service.consumers)
        }) { world in
            try await world.expectServiceFailure(try ObservedFault(rest: try await world.rest()), "http_error")
        }
        try await server.close()
    }
}

extension World {
    func expectServiceFailure(_ fault: ObservedFault, _ code: String, _ location: SourceLocation = #_sourceLocation) async throws
    {
        #expect(fault.code == "server.serverproxy.service_failed." + code, "\(fault.message)", sourceLocation: location)
        try await consumer.log.expect(fault, location)
        try await provider.log.expect(fault, location)
        try await expectRecords(consumer: 1, provider: 1, location)
        #expect(try await provider.records().map(\.entry.direction) == [.request], sourceLocation: location)
    }
}
