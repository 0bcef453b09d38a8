import Foundation
import PKI
import TestSupport
import Testing

@testable import Networking

/// Against `openssl s_server`, with certificates that openssl made.
@Suite struct OutboundTLSTests {
    private let files: TLSFiles

    init() throws { files = try TLSFiles.made.get() }

    /// The status of one request to a server with that certificate.
    private func status(
        server name: String, _ tls: OutboundTLS, identity: OutboundIdentity? = nil, options: [String] = []
    ) async throws -> Int {
        let server = try TLSServer(folder: files.folder.url, certificate: name, options: options)
        var settings = OutboundSettings()
        settings.identity = identity
        return try await OutboundHTTP(settings).request(OutboundRequest(.get, "https://localhost:\(server.port)/", tls: tls))
            .status
    }

    private func isRefused(_ request: () async throws -> Int) async throws -> Bool {
        do {
            _ = try await request()
            return false
        } catch NetworkingFailure.handshakeFailed {
            return true
        }
    }

    @Test func chainAndNameAreProved() async throws {
        let authority = OutboundTLS.authorities([try files.certificate("ca")])
        #expect(try await status(server: "localhost", authority) == 200)
        #expect(try await isRefused { try await status(server: "elsewhere", authority) })
        #expect(try await isRefused { try await status(server: "stranger", authority) })
        let stranger = OutboundTLS.authorities([try files.certificate("stranger")])
        #expect(try await isRefused { try await status(server: "localhost", stranger) })
        #expect(try await isRefused { try await status(server: "localhost", .authorities([])) })
    }

    @Test func registeredCertificateIsProvedWhateverItsName() async throws {
        let registered = OutboundTLS.registered([try files.certificate("stranger"), try files.certificate("elsewhere")])
        #expect(try await status(server: "elsewhere", registered) == 200)
        #expect(try await status(server: "stranger", registered) == 200)
        #expect(try await isRefused { try await status(server: "localhost", registered) })
        #expect(try await isRefused { try await status(server: "localhost", .registered([])) })
    }

    @Test func unverifiedServerIsAccepted() async throws {
        #expect(try await status(server: "stranger", .unverified) == 200)
    }

    /// One connection's proof does not serve a request that asks for another.
    @Test func connectionIsNotReusedForAnotherTrustSet() async throws {
        let server = try TLSServer(folder: files.folder.url, certificate: "stranger")
        let client = OutboundHTTP()
        let url = "https://localhost:\(server.port)/"
        _ = try await client.request(OutboundRequest(.get, url, tls: .unverified)).collect()
        #expect(
            try await isRefused {
                try await client.request(OutboundRequest(.get, url, tls: .registered([try files.certificate("ca")]))).status
            })
    }

    @Test func clientCertificateIsShown() async throws {
        let options = ["-Verify", "1", "-verify_return_error", "-CAfile", "ca.pem"]
        let authority = OutboundTLS.authorities([try files.certificate("ca")])
        #expect(try await status(server: "localhost", authority, identity: files.identity("client"), options: options) == 200)
        await #expect(throws: NetworkingFailure.self) { try await status(server: "localhost", authority, options: options) }
    }

    @Test func oldProtocolVersionsAreRefused() async throws {
        let options = ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
        #expect(try await isRefused { try await status(server: "localhost", .unverified, options: options) })
    }
}

/// Keys and certificates, made once: two authorities, and three certificates by the first.
private struct TLSFiles {
    let folder: TemporaryFolder

    static let made = Result { try TLSFiles() }

    private init() throws {
        folder = try TemporaryFolder()
        try make("ca")
        try make("stranger")
        for name in ["localhost", "elsewhere", "client"] {
            try make(
                name, "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:\(name)", "-addext",
                "basicConstraints=critical,CA:FALSE")
        }
    }

    private func make(_ name: String, _ options: String...) throws {
        let arguments =
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)", "-days",
                "2",
            ]
            + ["-keyout", "\(name).key", "-out", "\(name).pem"] + options
        let result = try runTool("sh", ["-c", "cd \"$0\" && exec openssl \"$@\"", folder.url.path] + arguments)
        try #require(result.status == 0, "\(result.errors)")
    }

    func certificate(_ name: String) throws -> Certificate {
        let text = try String(contentsOf: folder.url.appendingPathComponent("\(name).pem"), encoding: .utf8)
        return try Certificate(der: try #require(PEM.decode(text, label: "CERTIFICATE")?.first))
    }

    func identity(_ name: String) throws -> OutboundIdentity {
        let key = [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("\(name).key")))
        return OutboundIdentity(chain: [try certificate(name)], key: try PrivateKey(pem: key, passphrase: []))
    }
}

/// `openssl s_server`, which answers every request with a page about the connection.
private final class TLSServer {
    let port: Int
    private let process = Process()

    init(folder: URL, certificate: String, options: [String] = []) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", "\(certificate).pem", "-key",
                "\(certificate).key",
            ]
            + options
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var text = ""
        while text.firstMatch(of: /ACCEPT .*:[0-9]+\n/) == nil, case let more = output.fileHandleForReading.availableData,
            !more.isEmpty
        {
            text += String(decoding: more, as: UTF8.self)
        }
        port = Int(text.split(separator: ":").last?.prefix { $0.isNumber } ?? "") ?? 0
    }

    /// Not with SIGTERM: a process that a Dispatch thread starts inherits that thread's signal mask, which blocks it.
    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
