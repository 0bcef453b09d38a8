import AccessPolicy
import Exchange
import Foundation
import GlobalConfiguration
import KeyVault
import MessageCodecs
import MessageLog
import NIOPosix
import Networking
import PKI
import Storage
import Synchronization
import XRoadModel

@testable import Ura

/// What one of the two security servers is made of.
struct ServerPlan: Sendable {
    let identifier: SecurityServerIdentifier
    var authentication: Identity
    var signing: [MemberIdentifier: Identity]
    var signingSettings = SigningSettings()
    var clients: [LocalClient]
    var services: [Service] = []
    var bodyBytes = 2 << 20
    var soapFaultStatus = 200
    var callSeconds: Int64 = 20
}

/// A security server as `ura security-server` puts it together, with the test's clock, keys and configuration.
final class TestServer: Sendable {
    let address: String
    let log = CapturedLog()
    let credentials: TestCredentials
    let journal: RefusingJournal
    let reader: SQLiteLogReader
    /// Where information systems call.
    let port: Int
    let peers: PeerClient
    private let storage: SQLiteJournal
    private let peerCalls = Atomic(0)

    /// `whole` servers also serve peers, on the ports that the protocol fixes.
    init(
        _ plan: ServerPlan, address: String, whole: Bool, clock: TestClock, configuration: TestConfiguration, folder: String,
        group: MultiThreadedEventLoopGroup
    ) async throws {
        self.address = address
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        storage = try SQLiteJournal(folder: folder, passphrase: SecretBytes(Array("log".utf8)))
        reader = storage.reader
        journal = RefusingJournal(storage)
        credentials = try TestCredentials(
            authentication: plan.authentication, signing: plan.signing, settings: plan.signingSettings, clock: clock)
        var limits = PeerLimits()
        limits.connectTimeout = .seconds(5)
        limits.responseTimeout = .seconds(plan.callSeconds)
        peers = PeerClient(
            tls: try TLSContext(client: plan.authentication.tls, settings: .peers(legacySuites: true)), group: group,
            limits: limits,
            log: log.logger)
        let http = OutboundHTTP()
        let server = OwnSecurityServer(
            identifier: plan.identifier,
            rules: ExchangeRules(
                clients: LocalClients(plan.clients), services: Services(plan.services),
                limits: ExchangeLimits(bodyBytes: plan.bodyBytes),
                faults: FaultSender(
                    spelling: .snakeCase, soapStatus: plan.soapFaultStatus, makeIdentifier: { clock.makeIdentifier() })),
            environment: clock, configuration: configuration, credentials: credentials, peers: PeerConnector(client: peers),
            relay: RelayClient(http: http), spooling: Spooling(folder: storage.contentFolder), journal: journal,
            caller: ServiceCaller(http: http, maximumBodyBytes: plan.bodyBytes, connectSeconds: 5), log: log.logger)
        let consumer = ConsumerExchange(server: server)
        let systems = HTTPListener(address: address, port: 0, tls: nil, group: group, log: log.logger) {
            await consumer.handle(IncomingCall($0), reply: ListenerReply(exchange: $0))
        }
        port = try await systems.bind()
        if whole { try await servePeers(ProviderExchange(server: server), plan, group) }
    }

    /// Calls of peers so far.
    var peerCallCount: Int { peerCalls.load(ordering: .sequentiallyConsistent) }

    /// Where the journal keeps large bodies, once only so many files are left: a spool goes when its exchange has ended.
    func contentFiles(leaving count: Int) async throws -> [String] {
        for _ in 0..<500 {
            let files = try FileManager.default.contentsOfDirectory(atPath: storage.contentFolder)
            if files.count <= count { return files }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try FileManager.default.contentsOfDirectory(atPath: storage.contentFolder)
    }

    func close() async { await storage.close() }

    /// What is in the journal, the oldest first.
    func records() async throws -> [LoggedEntry] { try await reader.list(LogFilter(), limit: 1000).reversed() }

    private func servePeers(_ exchange: ProviderExchange, _ plan: ServerPlan, _ group: MultiThreadedEventLoopGroup) async throws {
        let tls = try TLSContext(server: plan.authentication.tls, settings: .peers(legacySuites: true))
        let listener = HTTPListener(address: address, port: PeerConnector.port, tls: tls, group: group, log: log.logger) {
            [self] in
            peerCalls.add(1, ordering: .sequentiallyConsistent)
            await exchange.handle(IncomingCall($0), reply: ListenerReply(exchange: $0))
        }
        try await listener.bind()
        try await World.serveRelay(at: address, credentials, group)
    }
}
