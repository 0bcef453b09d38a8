import AccessPolicy
import Foundation
import GlobalConfiguration
import MessageCodecs
import NIOPosix
import Networking
import PKI
import Synchronization
import TestSupport
import XRoadModel

@testable import Ura

/// What stands at the provider's address.
enum ProviderPlace: Sendable {
    case server
    /// A TLS server with this identity that answers by a script, and the provider's own OCSP relay.
    case script(Identity)
    /// The same without the relay.
    case scriptWithoutRelay(Identity)
    /// A server without TLS.
    case plainScript
    case nobody
}

/// How a test's world differs from the usual one.
struct WorldPlan: Sendable {
    var consumer: ServerPlan
    var provider: ServerPlan
    var place = ProviderPlace.server
    var editParameters: @Sendable (inout SharedParameters) -> Void = { _ in }
}

/// Two security servers with an institution's service behind one of them, over real sockets in this process. Each world has loopback
/// addresses of its own, because the protocol fixes the ports.
final class World: Sendable {
    let instance: TestInstance
    let clock = TestClock()
    let service: ScriptedServer
    let consumer: TestServer
    let provider: TestServer
    /// In the place of the provider's server, where the plan says so.
    let script: ScriptedServer?
    let configuration: TestConfiguration
    let group: MultiThreadedEventLoopGroup
    private let folder: TemporaryFolder

    /// A world for as long as `body` runs.
    static func run(
        eventLoopThreads: Int = 2, _ edit: (inout WorldPlan) throws -> Void = { _ in }, _ body: (World) async throws -> Void
    ) async throws {
        await WorldCount.shared.enter()
        defer { WorldCount.shared.leave() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: eventLoopThreads)
        do {
            let world = try await World(edit, group)
            do { try await body(world) } catch {
                await world.close()
                throw error
            }
            await world.close()
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private init(_ edit: (inout WorldPlan) throws -> Void, _ group: MultiThreadedEventLoopGroup) async throws {
        instance = try TestInstance.shared.get()
        self.group = group
        folder = try TemporaryFolder()
        service = try await ScriptedServer(group: group)
        var plan = WorldPlan(instance, serviceAddress: "http://127.0.0.1:\(service.port)")
        try edit(&plan)
        let (consumerAddress, providerAddress) = Self.freeAddresses()
        var parameters = instance.parameters(consumerAddress: consumerAddress, providerAddress: providerAddress)
        plan.editParameters(&parameters)
        configuration = try TestConfiguration(parameters)
        let isServer = if case .server = plan.place { true } else { false }
        consumer = try await TestServer(
            plan.consumer, address: consumerAddress, whole: true, clock: clock, configuration: configuration,
            folder: folder.url.path + "/consumer", group: group)
        provider = try await TestServer(
            plan.provider, address: providerAddress, whole: isServer, clock: clock, configuration: configuration,
            folder: folder.url.path + "/provider", group: group)
        script = try await Self.script(plan, provider, group)
    }

    private func close() async {
        await consumer.close()
        await provider.close()
    }

    private static func script(
        _ plan: WorldPlan, _ provider: TestServer, _ group: MultiThreadedEventLoopGroup
    ) async throws -> ScriptedServer? {
        let identity: Identity?
        switch plan.place {
        case .server, .nobody: return nil
        case .plainScript: identity = nil
        case .script(let shown):
            identity = shown
            try await serveRelay(
                at: provider.address,
                try TestCredentials(authentication: shown, signing: plan.provider.signing, clock: TestClock()), group)
        case .scriptWithoutRelay(let shown): identity = shown
        }
        let tls = try identity.map { try TLSContext(server: $0.tls, settings: .peers(legacySuites: true)) }
        return try await ScriptedServer(address: provider.address, port: PeerConnector.port, tls: tls, group: group)
    }

    /// Answers for OCSP responses as a security server does (PR-MESSTRANSP 2.2).
    static func serveRelay(at address: String, _ credentials: TestCredentials, _ group: MultiThreadedEventLoopGroup) async throws
    {
        _ = try await ScriptedServer(address: address, port: RelayClient.port, group: group) { request in
            let hashes = request.target.split(separator: "?").last?.split(separator: "&").filter { $0.hasPrefix("cert=") } ?? []
            var encoder = MultipartEncoder(boundary: "relay")
            var body: [UInt8] = []
            for hash in hashes {
                guard let digest = Hexadecimal.decode(String(hash.dropFirst(5))),
                    let response = credentials.response(withHash: digest)
                else { return ScriptedAnswer(status: 500) }
                body += encoder.beginPart(MIMEHeaders(contentType: try ContentType(MediaType.ocspResponse))) + response.der
            }
            return ScriptedAnswer(
                headers: [("Content-Type", "\(MediaType.multipartRelated); boundary=relay")], body: body + encoder.end())
        }
    }

    private static let worlds = Atomic(0)

    /// Two addresses that no other world of this process has, nor one of another test process, nor the demonstration.
    private static func freeAddresses() -> (String, String) {
        let number = worlds.add(1, ordering: .relaxed).newValue
        let process = 16 + Int(ProcessInfo.processInfo.processIdentifier) % 200
        let network = "127.\(process).\(number / 120)"
        return ("\(network).\(number % 120 * 2 + 1)", "\(network).\(number % 120 * 2 + 2)")
    }
}

extension ServerPlan {
    /// Its services are granted to this client too.
    mutating func permit(_ client: ClientIdentifier) {
        services = services.map { service in
            Service(
                identifier: service.identifier, kind: service.kind, address: service.address,
                timeoutSeconds: service.timeoutSeconds, disabledNotice: service.disabledNotice,
                consumers: service.consumers.union([client]))
        }
    }
}

extension WorldPlan {
    /// Other TLS certificates of the two servers than the usual ones, as the configuration knows them.
    mutating func register(consumer: Identity? = nil, provider: Identity? = nil) {
        editParameters = { parameters in
            for (index, identity) in [consumer, provider].enumerated() {
                guard let identity else { continue }
                let server = parameters.securityServers[index]
                parameters.securityServers[index] = SecurityServer(
                    identifier: server.identifier, address: server.address,
                    authenticationCertificateHashes: [identity.certificate.digest(.sha256)], clients: server.clients)
            }
        }
    }

    fileprivate init(_ instance: TestInstance, serviceAddress: String) {
        consumer = ServerPlan(
            identifier: TestInstance.consumerServer, authentication: instance.consumerTLS,
            signing: [TestInstance.consumerMember: instance.consumer],
            clients: [
                LocalClient(identifier: TestInstance.consumer, connection: .http),
                LocalClient(identifier: TestInstance.visitor, connection: .http),
                LocalClient(identifier: TestInstance.secured, connection: .https),
            ])
        provider = ServerPlan(
            identifier: TestInstance.providerServer, authentication: instance.providerTLS,
            signing: [TestInstance.providerMember: instance.provider, TestInstance.otherMember: instance.other],
            clients: [
                LocalClient(identifier: TestInstance.provider, connection: .http),
                LocalClient(identifier: TestInstance.other, connection: .http),
            ])
        provider.services = [
            Self.service("permits", .rest, serviceAddress + "/base"),
            Self.service("slow", .rest, serviceAddress, timeoutSeconds: 1),
            Self.service("down", .rest, "http://127.0.0.1:1"),
            Self.service("disabled", .rest, serviceAddress, disabledNotice: "back at noon"),
            Self.service("verify", .soap, serviceAddress + "/soap"),
            Self.service("slow", .soap, serviceAddress, timeoutSeconds: 1),
            Self.service("down", .soap, "http://127.0.0.1:1"),
            Self.service("disabled", .soap, serviceAddress, disabledNotice: "back at noon"),
        ]
    }

    private static func service(
        _ code: String, _ kind: MessageKind, _ address: String, timeoutSeconds: Int = 20,
        disabledNotice: String? = nil
    ) -> Service {
        Service(
            identifier: ServiceIdentifier(
                provider: TestInstance.provider, serviceCode: code, serviceVersion: kind == .soap ? "v1" : nil),
            kind: kind,
            address: address, timeoutSeconds: timeoutSeconds, disabledNotice: disabledNotice, consumers: [TestInstance.consumer])
    }
}
