import TestSupport
import Testing

@testable import Networking

/// Our client against OpenSSL's own server.
@Suite struct PeerClientTLSTests {
    struct Suite: Sendable, CustomTestStringConvertible {
        let name: String
        let version: String
        var isElliptic = false
        var testDescription: String { name }
    }

    static let suites = [
        Suite(name: "ECDHE-RSA-AES256-SHA384", version: "TLSv1.2"),
        Suite(name: "DHE-RSA-AES256-SHA256", version: "TLSv1.2"),
        Suite(name: "ECDHE-ECDSA-AES256-SHA384", version: "TLSv1.2", isElliptic: true),
        Suite(name: "TLS_AES_256_GCM_SHA384", version: "TLSv1.3"),
        Suite(name: "TLS_AES_128_GCM_SHA256", version: "TLSv1.3"),
    ]

    private func arguments(_ server: TestIdentity) -> [String] {
        ["-cert", server.chainPath, "-key", server.keyPath, "-cert_chain", server.authorityPath, "-Verify", "3", "-www"]
    }

    @Test(arguments: suites) func speaks(_ suite: Suite) async throws {
        let server = try suite.isElliptic ? TestIdentity.ellipticServer() : TestIdentity.rsaServer()
        let restriction =
            suite.version == "TLSv1.3" ? ["-tls1_3", "-ciphersuites", suite.name] : ["-tls1_2", "-cipher", suite.name]
        let client = try peerClient()
        try await withTLSServer(arguments(server) + restriction) { port in
            let connection = try await client.connect(host: "127.0.0.1", port: port)
            #expect(connection.tls.version == suite.version)
            #expect(connection.tls.suite == suite.name)
            #expect(connection.peerCertificateChain == server.identity.certificateChain)
            #expect(!connection.wasResumed)
            let answer = try await request(connection, "GET", body: "")
            #expect(answer.status == 200)
            #expect(answer.body.contains("CN=client"))
            #expect(answer.body.contains("</html>") || answer.body.contains("</HTML>"))
            connection.release(reusable: true)
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"]) func resumes(_ version: String) async throws {
        let server = try TestIdentity.rsaServer()
        let client = try peerClient()
        try await withTLSServer(arguments(server) + [version]) { port in
            for round in 0..<4 {
                let connection = try await client.connect(host: "127.0.0.1", port: port)
                #expect(connection.wasResumed == (round > 0), "round \(round)")
                #expect(connection.peerCertificate == server.leaf)
                #expect(!connection.isReused)
                _ = try await request(connection, "GET", body: "")
                connection.release(reusable: true)
            }
        }
    }

    @Test func refusesTLS11() async throws {
        let server = try TestIdentity.rsaServer()
        let client = try peerClient()
        try await withTLSServer(arguments(server) + ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]) { port in
            let failure = await #expect(throws: NetworkingFailure.self) {
                _ = try await client.connect(host: "127.0.0.1", port: port)
            }
            #expect(failure.map { "\($0)" }?.contains("127.0.0.1:\(port)") == true)
            #expect(failure.map { "\($0)" }?.contains("alert") == true)
        }
        try await becomesTrue { client.openConnections == 0 }
    }

    @Test func namesTheAlertOfARefusal() async throws {
        let client = try PeerClient(
            tls: TLSContext(client: nil, settings: .peers(legacySuites: false)), group: .singletonMultiThreadedEventLoopGroup,
            log: silent)
        try await withListener(tls: peerServer()) { port in
            // In TLS 1.3 the client is done before the server has judged its certificate: the refusal meets the first request.
            let failure = await #expect(throws: NetworkingFailure.self) {
                let connection = try await client.connect(host: "127.0.0.1", port: port)
                _ = try await request(connection)
            }
            #expect(failure.map { "\($0)" }?.contains("certificate required") == true, "\(failure.map { "\($0)" } ?? "")")
        }
    }

    @Test func aWeakKeyIsRefused() async throws {
        let folder = try TemporaryFolder()
        let (key, certificate) = (folder.url.appendingPathComponent("key").path, folder.url.appendingPathComponent("leaf").path)
        let request = ["req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=weak", "-keyout", key, "-out", certificate]
        #expect(try await tool("openssl", request).status == 0)
        let client = try peerClient()
        let failure = try await withTLSServer(["-cert", certificate, "-key", key, "-cipher", "ALL:@SECLEVEL=0", "-www"]) { port in
            await #expect(throws: NetworkingFailure.self) { _ = try await client.connect(host: "127.0.0.1", port: port) }
        }
        #expect(failure.map { "\($0)" }?.contains("certificate verify failed") == true)
    }
}
