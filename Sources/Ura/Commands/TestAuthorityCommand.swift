import ArgumentParser
import Logging
import NIOPosix
import Networking
import PKI
import ServiceLifecycle
import TestAuthority

struct TestAuthorityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test-authority", abstract: "Throw-away certification authority for demo and tests. Never for production.",
        subcommands: [Create.self, Issue.self, Revoke.self, Serve.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes the authority's keys and certificates in a new folder.")
        @Option(help: "Folder to make.") var folder: String
        @Option(help: "Instance, for the authority's own name.") var instance = "TEST"

        func run() throws {
            _ = try TestAuthority.create(folder: folder, instance: instance, now: SystemEnvironment().now())
        }
    }

    enum Profile: String, ExpressibleByArgument, CaseIterable {
        case signing, authentication
    }

    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issues a certificate for a request, without checking anything.")
        @Option(help: "The authority's folder.") var folder: String
        @Option(help: "What the certificate is for.") var profile: Profile
        @Option(help: "Certificate request (PEM).") var request: String
        @Option(help: "Certificate to write (PEM).") var out: String
        @Option(help: "Address of the OCSP responder, to write into the certificate.") var ocspURL: String?

        func run() throws {
            let authority = try TestAuthority.open(folder: folder, ocspURL: ocspURL)
            let request = try CertificateRequest(pem: String(decoding: try FileBytes.read(request), as: UTF8.self))
            let now = SystemEnvironment().now()
            let certificate =
                switch profile {
                case .signing: try authority.issueSigning(request, now: now)
                case .authentication: try authority.issueAuthentication(request, now: now)
                }
            try FileBytes.write(Array(certificate.pem.utf8), to: out)
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a certificate; a running responder says so from its next answer.")
        @Option(help: "The authority's folder.") var folder: String
        @Option(help: "Certificate (PEM).") var certificate: String

        func run() throws {
            let text = String(decoding: try FileBytes.read(certificate), as: UTF8.self)
            guard let revoked = try Certificate.all(pem: text).first else {
                throw CommandFailure("\(certificate) holds no certificate")
            }
            let now = SystemEnvironment().now()
            try TestAuthority.open(folder: folder).revoke(serialNumber: revoked.serialNumber, since: now)
        }
    }

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Answers OCSP requests, and time-stamp requests at /tsa.")
        @Option(help: "The authority's folder.") var folder: String
        @Option(help: "Address to listen on.") var address = "127.0.0.1"
        @Option(help: "Port to listen on.") var port = 8888

        func run() async throws {
            let log = Logger(label: "ura.test-authority")
            let authority = try TestAuthority.open(folder: folder)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let listener = HTTPListener(
                address: address, port: port, tls: nil, group: group, log: log, handler: TestAuthorityService(authority).handle)
            try await listener.bind()
            log.warning(
                "TEST AUTHORITY is up: whoever asks gets a certificate and a time-stamp; never use it in production")
            try await ServiceGroup(services: [listener], gracefulShutdownSignals: [.sigterm, .sigint], logger: log).run()
        }
    }
}
