import MessageCodecs
import Testing
import XRoadModel

/// What the provider's server refuses, told to the caller through the consumer's server: one fault, one identifier in both logs. The
/// consumer has signed and kept its request; the provider has kept nothing and called nothing.
@Suite struct ProviderRefusalTests {
    @Test(arguments: [
        ("unknown_service", "provider/nothing", "consumer"), ("unknown_service", "provider/verify", "consumer"),
        ("access_denied", "provider/permits", "visitor"), ("service_disabled", "provider/disabled", "consumer"),
        ("unknown_member", "orphan/permits", "consumer"),
    ])
    func restCalls(code: String, service: String, client: String) async throws {
        try await World.run { world in
            let answer = try await world.rest(
                "GET", "/r1/TEST/GOV/M2/\(service)", headers: ["X-Road-Client: TEST/GOV/M1/\(client)"])
            try await world.expectPassedOn(try ObservedFault(rest: answer), code)
        }
    }

    @Test(
        arguments: [
            ("unknown_service", "verify", "v2", "consumer"), ("unknown_service", "verify", nil, "consumer"),
            ("service_type", "permits", nil, "consumer"), ("access_denied", "verify", "v1", "visitor"),
            ("service_disabled", "disabled", "v1", "consumer"),
        ] as [(String, String, String?, String)])
    func soapCalls(code: String, service: String, version: String?, client: String) async throws {
        try await World.run { world in
            let text = SOAPText.request.replacing(SOAPText.service, with: SOAPText.service(service, version: version))
                .replacing("consumer<", with: "\(client)<").replacing("p:verify", with: "p:\(service)")
            try await world.expectPassedOn(try ObservedFault(soap: try await world.soap(text.bytes)), code)
        }
    }

    /// A SOAP service has a version here, so a REST call can only name one that has none.
    @Test func soapServiceCalledAsREST() async throws {
        try await World.run({ plan in
            let service = plan.provider.services[0]
            plan.provider.services[0] = .init(
                identifier: service.identifier, kind: .soap, address: service.address, timeoutSeconds: 5,
                consumers: service.consumers)
        }) { world in
            try await world.expectPassedOn(try ObservedFault(rest: try await world.rest()), "service_type")
        }
    }

    /// The provider refuses before it has read the body, and yet its reason reaches the caller.
    @Test(arguments: [200_000, 1_000_000, 5_000_000])
    func refusalWhileTheBodyIsSent(bytes: Int) async throws {
        try await World.run({ $0.consumer.bodyBytes = 8 << 20 }) { world in
            let answer = try await world.rest(
                "POST", headers: ["X-Road-Client: TEST/GOV/M1/visitor"], body: [UInt8](repeating: 1, count: bytes))
            try await world.expectPassedOn(try ObservedFault(rest: answer), "access_denied")
        }
    }

    @Test func bodyOverTheProvidersLimit() async throws {
        try await World.run({ $0.provider.bodyBytes = 4096 }) { world in
            let answer = try await world.rest("POST", body: [UInt8](repeating: 1, count: 4097))
            try await world.expectPassedOn(try ObservedFault(rest: answer), "invalid_message")
        }
    }
}

extension World {
    func expectPassedOn(_ fault: ObservedFault, _ code: String, _ location: SourceLocation = #_sourceLocation) async throws {
        #expect(fault.code == "server.serverproxy." + code, "\(fault.message)", sourceLocation: location)
        try await consumer.log.expect(fault, location)
        try await provider.log.expect(fault, location)
        #expect(service.received.isEmpty, sourceLocation: location)
        try await expectRecords(consumer: 1, provider: 0, location)
    }
}
