import GlobalConfiguration
import MessageCodecs
import Networking
import PKI
import Testing
import XRoadModel

@testable import Ura

/// Which certificate makes a test's difference.
enum SpoiledCertificate: String, Sendable, CaseIterable {
    case consumerTLS, providerTLS, consumerSigning, providerSigning
}

/// Certificates, their status, and the configuration that says whose they are.
@Suite struct TrustTests {
    /// Where each certificate is refused. The consumer proves the peer before it sends anything; what the provider refuses has
    /// been signed and kept by the consumer; an answer's signature is judged last.
    static let refusals: [SpoiledCertificate: (code: String, consumer: Int, provider: Int)] = [
        .consumerTLS: ("server.serverproxy.ssl_authentication_failed", 1, 0),
        .providerTLS: ("server.clientproxy.ssl_authentication_failed", 0, 0),
        .consumerSigning: ("server.serverproxy.invalid_cert_path.cert_validation", 1, 0),
        .providerSigning: ("server.clientproxy.invalid_cert_path.cert_validation", 1, 2),
    ]

    @Test(arguments: SpoiledCertificate.allCases)
    func revoked(_ which: SpoiledCertificate) async throws {
        try await expectRefusal(which) { instance, identity in try instance.revoke(identity, since: TestClock.start) }
    }

    @Test(arguments: SpoiledCertificate.allCases)
    func unknownToTheResponder(_ which: SpoiledCertificate) async throws {
        try await expectRefusal(which) { instance, identity in instance.forget(identity) }
    }

    /// Each server goes on with the response it has, which is refused once it is older than the configuration allows; a new one helps.
    @Test func staleResponses() async throws {
        try await World.run { world in
            #expect(try await world.rest().status == 200)
            world.clock.advance(seconds: 3600)
            #expect(try await world.rest().status == 200)
            world.clock.advance(seconds: 1)
            let fault = try ObservedFault(rest: try await world.rest())
            #expect(fault.code == "server.clientproxy.ssl_authentication_failed")
            #expect(fault.message.contains("3601 s old"))
            try await world.consumer.log.expect(fault, exchanges: 3)
            try await world.expectRecords(consumer: 4, provider: 4)
            world.provider.credentials.askAnew()
            let consumers = try ObservedFault(rest: try await world.rest())
            #expect(consumers.code == "server.serverproxy.ssl_authentication_failed")
            try await world.expectRecords(consumer: 5, provider: 4)
            world.consumer.credentials.askAnew()
            #expect(try await world.rest().status == 200)
        }
    }

    /// A verdict ends with what it rests on: a revocation shows with the next response, also on a connection that is open.
    @Test func revocationBetweenCalls() async throws {
        let instance = try TestInstance.shared.get()
        let identity = try instance.issue(TestInstance.consumerMember, .signing)
        try await World.run({ $0.consumer.signing[TestInstance.consumerMember] = identity }) { world in
            #expect(try await world.rest().status == 200)
            try instance.revoke(identity, since: world.clock.now())
            world.consumer.credentials.askAnew()
            let fault = try ObservedFault(rest: try await world.rest())
            #expect(fault.code == "server.serverproxy.invalid_cert_path.cert_validation")
            #expect(fault.message.contains("revoked"))
            #expect(world.service.received.count == 1)
        }
    }

    @Test func expiredConfiguration() async throws {
        try await World.run { world in
            world.clock.advance(seconds: TestConfiguration.validitySeconds + 1)
            world.consumer.credentials.askAnew()
            let rest = try ObservedFault(rest: try await world.rest())
            #expect(rest.code == "server.clientproxy.global_conf_outdated")
            try await world.consumer.log.expect(rest)
            let soap = try ObservedFault(soap: try await world.soap(SOAPText.request.bytes))
            #expect(soap.code == "server.clientproxy.global_conf_outdated")
            try await world.expectNothingHappened()
            try await world.expectRefusal(try world.forgedRequest(), as: world.instance.consumerTLS, "global_conf_outdated")
        }
    }

    @Test(arguments: SpoiledCertificate.allCases)
    func expired(_ which: SpoiledCertificate) async throws {
        let code = Self.refusals[which]?.code.replacing("invalid_cert_path.cert_validation", with: "cannot_create_cert_path")
        try await expectRefusal(which, code: code, validitySeconds: 1800) { _, _ in }
    }

    /// A peer whose certificate the configuration does not know, or knows as another server's.
    @Test func unregisteredPeer() async throws {
        let instance = try TestInstance.shared.get()
        let stranger = try instance.issue(TestInstance.consumerMember, .authentication)
        for identity in [stranger, instance.consumer] {
            try await World.run { world in
                let message = try world.forgedRequest()
                try await world.expectRefusal(message, as: identity, "ssl_authentication_failed")
            }
        }
        try await World.run { world in
            try await world.expectRefusal(try world.forgedRequest(), as: instance.providerTLS, "ssl_authentication_failed")
        }
    }

    /// The handshake itself ends: there is nobody to tell a fault.
    @Test func noClientCertificate() async throws {
        try await World.run { world in
            let message = try world.forgedRequest()
            await #expect(throws: NetworkingFailure.self) { try await world.send(message, as: nil) }
            #expect(world.provider.peerCallCount == 0)
            try await world.expectNothingHappened()
        }
    }

    /// A good OCSP response, but on the certificate of another server.
    @Test func responseOnAnotherServersCertificate() async throws {
        try await World.run { world in
            var message = try world.forgedRequest()
            message[.ocspResponse] = try world.instance.ocspResponse(
                on: world.instance.providerTLS.certificate, at: world.clock.now()
            ).der
            try await world.expectRefusal(message, as: world.instance.consumerTLS, "ssl_authentication_failed")
        }
    }

    /// Nobody, or somebody else, at the address that the configuration names: not a byte of the message leaves.
    @Test func wrongPeers() async throws {
        let instance = try TestInstance.shared.get()
        let stranger = try instance.issue(TestInstance.providerMember, .authentication)
        let places: [(ProviderPlace, String)] = [
            (.nobody, "network_error"), (.plainScript, "ssl_authentication_failed"),
            (.script(stranger), "ssl_authentication_failed"), (.script(instance.consumerTLS), "ssl_authentication_failed"),
            (.script(instance.provider), "ssl_authentication_failed"),
            (.scriptWithoutRelay(instance.providerTLS), "network_error"),
        ]
        for (place, code) in places {
            try await World.run({ $0.place = place }) { world in
                let fault = try ObservedFault(rest: try await world.rest("POST", body: "question".bytes))
                #expect(fault.code == "server.clientproxy." + code, "\(place): \(fault.message)")
                try await world.consumer.log.expect(fault)
                try await world.expectNothingHappened()
            }
        }
    }

    @Test func unknownAddress() async throws {
        try await World.run({ plan in
            plan.editParameters = { parameters in
                let server = parameters.securityServers[1]
                parameters.securityServers[1] = SecurityServer(
                    identifier: server.identifier, address: "no-such-server.invalid",
                    authenticationCertificateHashes: server.authenticationCertificateHashes, clients: server.clients)
            }
        }) { world in
            let fault = try ObservedFault(rest: try await world.rest())
            #expect(fault.code == "server.clientproxy.network_error")
            try await world.expectNothingHappened()
        }
    }

    /// Another server that provides the same is asked where the first cannot be reached.
    @Test func secondServerIsTried() async throws {
        let stranger = try TestInstance.shared.get().issue(TestInstance.providerMember, .authentication)
        try await World.run({ plan in
            plan.editParameters = { parameters in
                let dead = SecurityServer(
                    identifier: SecurityServerIdentifier(owner: TestInstance.providerMember, serverCode: "SS0"),
                    address: "127.0.0.9",
                    authenticationCertificateHashes: [stranger.certificate.digest(.sha256)], clients: [TestInstance.provider])
                parameters.securityServers.insert(dead, at: 0)
            }
        }) { world in
            let answer = try await world.rest()
            #expect(answer.status == 200)
            let line = try #require(try await world.consumer.log.exchanges().first)
            #expect(line.fields["peer"] == "TEST/GOV/M2/SS2")
        }
    }

    @Test func noSigningKey() async throws {
        try await World.run({ $0.consumer.signing = [:] }) { world in
            let fault = try ObservedFault(rest: try await world.rest())
            #expect(fault.code == "server.clientproxy.key_not_found")
            try await world.expectNothingHappened()
        }
        try await World.run({ $0.provider.signing = [:] }) { world in
            let fault = try ObservedFault(rest: try await world.rest())
            #expect(fault.code == "server.serverproxy.key_not_found")
            try await world.expectRecords(consumer: 1, provider: 1)
        }
    }

    private func expectRefusal(
        _ which: SpoiledCertificate, code: String? = nil, validitySeconds: Int64 = 86_400,
        _ location: SourceLocation = #_sourceLocation, _ spoil: (TestInstance, Identity) throws -> Void
    ) async throws {
        let instance = try TestInstance.shared.get()
        let isTLS = which == .consumerTLS || which == .providerTLS
        let isConsumer = which == .consumerTLS || which == .consumerSigning
        let member = isConsumer ? TestInstance.consumerMember : TestInstance.providerMember
        let identity = try instance.issue(member, isTLS ? .authentication : .signing, validitySeconds: validitySeconds)
        try spoil(instance, identity)
        let expected = try #require(Self.refusals[which])
        try await World.run({ plan in
            switch which {
            case .consumerTLS: plan.consumer.authentication = identity
            case .providerTLS: plan.provider.authentication = identity
            case .consumerSigning: plan.consumer.signing[member] = identity
            case .providerSigning: plan.provider.signing[member] = identity
            }
            plan.register(consumer: which == .consumerTLS ? identity : nil, provider: which == .providerTLS ? identity : nil)
        }) { world in
            let fault = try ObservedFault(rest: try await world.rest("POST", body: "question".bytes), location)
            #expect(fault.code == code ?? expected.code, "\(fault.message)", sourceLocation: location)
            try await world.consumer.log.expect(fault, location)
            if expected.provider == 0 { #expect(world.service.received.isEmpty, sourceLocation: location) }
            try await world.expectRecords(consumer: expected.consumer, provider: expected.provider, location)
        }
    }
}
