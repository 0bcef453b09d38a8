import Testing

@testable import Networking

/// Our server against OpenSSL's own client.
@Suite struct TLSServerTests {
    struct Suite: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [String]
        var isElliptic = false
        var testDescription: String { name }
    }

    static let suites = [
        Suite(name: "ECDHE-RSA-AES256-SHA384", arguments: ["-tls1_2"]),
        Suite(name: "DHE-RSA-AES256-SHA256", arguments: ["-tls1_2"]),
        Suite(name: "ECDHE-ECDSA-AES256-SHA384", arguments: ["-tls1_2"], isElliptic: true),
        Suite(name: "ECDHE-RSA-AES256-GCM-SHA384", arguments: ["-tls1_2"]),
        Suite(name: "TLS_AES_256_GCM_SHA384", arguments: ["-tls1_3"]),
        Suite(name: "TLS_AES_128_GCM_SHA256", arguments: ["-tls1_3"]),
    ]

    @Test(arguments: suites) func speaks(_ suite: Suite) async throws {
        let server = try suite.isElliptic ? TestIdentity.ellipticServer() : TestIdentity.rsaServer()
        let client = try TestIdentity.rsaClient()
        let context = try TLSContext(server: server.identity, settings: .peers(legacySuites: true))
        let handler: HTTPListener.Handler = { exchange in
            let facts = "\(exchange.tlsVersion ?? "-") \(exchange.tlsCipher ?? "-") \(exchange.peerCertificateChain.count)"
            let isRight = exchange.peerCertificate == client.leaf
            try? await exchange.respond(status: 200, body: Array("facts: \(facts) \(isRight)\n".utf8))
        }
        let said = try await withListener(tls: context, handler: handler) { port in
            let restriction = suite.arguments == ["-tls1_3"] ? "-ciphersuites" : "-cipher"
            let identity = ["-cert", client.chainPath, "-key", client.keyPath, "-cert_chain", client.authorityPath]
            return try await tlsClient(port, suite.arguments + [restriction, suite.name] + identity)
        }
        let version = suite.arguments == ["-tls1_3"] ? "TLSv1.3" : "TLSv1.2"
        #expect(said.contains("facts: \(version) \(suite.name) 2 true"))
    }

    @Test func prefersTheNewest() async throws {
        let client = try TestIdentity.rsaClient()
        let context = try TLSContext(server: TestIdentity.rsaServer().identity, settings: .peers(legacySuites: true))
        try await withListener(tls: context) { port in
            let identity = ["-cert", client.chainPath, "-key", client.keyPath]
            #expect(try await tlsClient(port, identity).contains("TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384"))
            let said = try await tlsClient(port, identity + ["-tls1_2"])
            #expect(said.contains("TLSv1.2, Cipher is ECDHE-RSA-AES256-GCM-SHA384"))
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [String]
        let alert: String
        var withCertificate = true
        var testDescription: String { name }
    }

    static let refusals = [
        Refusal(name: "TLS 1.1", arguments: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], alert: "alert protocol version"),
        Refusal(
            name: "legacy suite where it is off", arguments: ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384"],
            alert: "alert handshake failure"),
        Refusal(name: "SHA-1 suite", arguments: ["-tls1_2", "-cipher", "AES256-SHA"], alert: "alert handshake failure"),
        Refusal(
            name: "no certificate, TLS 1.2", arguments: ["-tls1_2"], alert: "alert handshake failure", withCertificate: false),
        Refusal(
            name: "no certificate, TLS 1.3", arguments: ["-tls1_3"], alert: "alert certificate required", withCertificate: false),
    ]

    @Test(arguments: refusals) func refuses(_ refusal: Refusal) async throws {
        let client = try TestIdentity.rsaClient()
        let context = try TLSContext(server: TestIdentity.rsaServer().identity, settings: .peers(legacySuites: false))
        let said = try await withListener(tls: context) { port in
            let identity = refusal.withCertificate ? ["-cert", client.chainPath, "-key", client.keyPath] : []
            return try await tlsClient(port, refusal.arguments + identity)
        }
        #expect(said.contains(refusal.alert))
        #expect(!said.contains("hello"))
    }

    @Test func letsInformationSystemsInWithoutCertificate() async throws {
        let context = try TLSContext(server: TestIdentity.rsaServer().identity, settings: .informationSystems())
        let said = try await withListener(
            tls: context,
            handler: { exchange in
                let text = exchange.peerCertificate == nil ? "nobody" : "somebody"
                try? await exchange.respond(status: 200, body: Array(text.utf8))
            }, { try await tlsClient($0, []) })
        #expect(said.contains("nobody"))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"]) func resumesWithThePeersCertificates(_ version: String) async throws {
        let client = try TestIdentity.rsaClient()
        let context = try TLSContext(server: TestIdentity.rsaServer().identity, settings: .peers(legacySuites: true))
        let handler: HTTPListener.Handler = { exchange in
            let facts = "\(exchange.tls?.isResumed == true) \(exchange.peerCertificate == client.leaf)"
            let text = "facts: \(facts) \(exchange.peerCertificateChain.count)\n"
            try? await exchange.respond(status: 200, body: Array(text.utf8))
        }
        try await withListener(tls: context, handler: handler) { port in
            let session = client.folder.url.appendingPathComponent("session\(version)").path
            let identity = [version, "-cert", client.chainPath, "-key", client.keyPath, "-cert_chain", client.authorityPath]
            let first = try await tlsClient(port, identity + ["-sess_out", session])
            #expect(first.contains("facts: false true"))
            let second = try await tlsClient(port, identity + ["-sess_in", session])
            #expect(second.contains("Reused, TLSv"))
            #expect(second.contains("facts: true true 2"))
        }
    }

    @Test func noSessionOutlivesItsContext() async throws {
        let client = try TestIdentity.rsaClient()
        let identity = [
            "-tls1_2", "-cert", client.chainPath, "-key", client.keyPath, "-sess_out",
            client.folder.url.appendingPathComponent("old").path,
        ]
        let settings = TLSSettings.peers(legacySuites: true)
        let server = try TestIdentity.rsaServer().identity
        _ = try await withListener(tls: TLSContext(server: server, settings: settings)) { try await tlsClient($0, identity) }
        let said = try await withListener(tls: TLSContext(server: server, settings: settings)) { port in
            try await tlsClient(port, identity + ["-sess_in", client.folder.url.appendingPathComponent("old").path])
        }
        #expect(said.contains("New, TLSv1.2"))
    }

    @Test func aSilentClientIsClosed() async throws {
        var limits = ListenerLimits()
        limits.handshakeTimeout = .milliseconds(200)
        let context = try TLSContext(server: TestIdentity.rsaServer().identity, settings: .peers(legacySuites: true))
        let said = try await withListener(tls: context, limits: limits) { try await conversation($0, "") }
        #expect(said.isEmpty)
    }

    @Test func notTLSAtAllIsRefused() async throws {
        let context = try TLSContext(server: TestIdentity.rsaServer().identity, settings: .peers(legacySuites: true))
        let said = try await withListener(tls: context) { try await conversation($0, simpleRequest) }
        #expect(!said.contains("HTTP/1.1"))
    }

    @Test func theKeyMustFitTheCertificate() throws {
        let server = try TestIdentity.rsaServer().identity
        let other = try TestIdentity.rsaClient().identity
        let mixed = TLSIdentity(certificateChain: server.certificateChain, privateKey: other.privateKey)
        #expect(throws: NetworkingFailure.self) { try TLSContext(server: mixed, settings: .informationSystems()) }
        let none = TLSIdentity(certificateChain: [], privateKey: other.privateKey)
        #expect(throws: NetworkingFailure.self) { try TLSContext(server: none, settings: .informationSystems()) }
        var settings = TLSSettings.informationSystems()
        settings.suites = ["NO-SUCH-SUITE"]
        #expect(throws: NetworkingFailure.self) { try TLSContext(server: server, settings: settings) }
    }
}
