import Exchange
import GlobalConfiguration
import KeyVault
import Logging
import NIOPosix
import Networking
import PKI
import ServiceLifecycle
import SignedDocuments
import Storage
import XRoadModel

/// Puts a security server together out of its settings: keys opened, journal open, configuration loaded, then listeners. The whole
/// process is the list of services that comes out.
struct SecurityServerAssembly {
    let settings: SecurityServerSettings
    let log: Logger
    private let environment = SystemEnvironment()

    /// Starts nothing: the service group does. The order of shutdown is the reverse of the list.
    func services() async throws -> [any Service] {
        let folder = try StateFolder(settings.stateFolder)
        // Once: a file descriptor can be read only once.
        let passphrase = try Passphrase.read(from: settings.passphrase)
        let http = OutboundHTTP()
        let configuration = try configuration(folder, http)
        try await configuration.client.open(at: environment.now())
        await configuration.refresh()
        let certificates = try certificates(http, configuration, passphrase)
        _ = await certificates.refresh()
        let journal = try SQLiteJournal(folder: folder.log)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.eventLoopThreads)
        let server = try server(http, configuration, certificates, journal, group)
        let listeners = try await listeners(server, certificates, group, passphrase)
        return [JournalService(journal: journal), configuration, certificates] + listeners
    }

    private func configuration(_ folder: StateFolder, _ http: OutboundHTTP) throws -> ConfigurationRefresh {
        var schedule = RefreshSchedule()
        schedule.intervalSeconds = Int64(settings.refreshSeconds)
        let client = ConfigurationClient(
            anchor: try ConfigurationAnchor(reading: try FileBytes.read(settings.anchor)),
            fetching: ConfigurationFetcher(http: http), keeping: try ConfigurationFolder(path: folder.configuration),
            schedule: schedule)
        return ConfigurationRefresh(client: client, environment: environment, log: log)
    }

    private var signingSettings: SigningSettings {
        var signing = SigningSettings()
        signing.batches = settings.batchSignatures
        return signing
    }

    private func certificates(
        _ http: OutboundHTTP, _ configuration: ConfigurationRefresh, _ passphrase: Passphrase
    ) throws -> OwnCertificates {
        let authentication = try OwnKey(settings.authentication, passphrase)
        let signing = try settings.signing.map { entry in
            let own = try OwnKey(entry.pair, passphrase)
            return OwnCertificates.Signing(
                member: entry.member, certificate: own.certificate,
                queue: SigningQueue(
                    composer: try SignatureComposer(key: own.key, certificate: own.certificate), settings: signingSettings))
        }
        return OwnCertificates(
            authentication: TLSIdentity(certificateChain: authentication.chain.map(\.der), privateKey: authentication.key),
            authenticationCertificate: authentication.certificate, signing: signing, http: http, configuration: configuration,
            environment: environment, refreshSeconds: settings.limits.ocspRefreshSeconds, log: log)
    }

    private func server(
        _ http: OutboundHTTP, _ configuration: ConfigurationRefresh, _ certificates: OwnCertificates, _ journal: SQLiteJournal,
        _ group: MultiThreadedEventLoopGroup
    ) throws -> OwnSecurityServer {
        var limits = PeerLimits()
        limits.connectTimeout = .seconds(settings.limits.connectSeconds)
        limits.responseTimeout = .seconds(settings.limits.callSeconds)
        let peers = PeerClient(
            tls: try TLSContext(client: certificates.authentication, settings: .peers(legacySuites: settings.legacyPeerSuites)),
            group: group, limits: limits, log: log)
        let environment = environment
        return OwnSecurityServer(
            identifier: settings.identifier, clients: settings.clients, services: settings.services,
            limits: ExchangeLimits(bodyBytes: settings.limits.maximumBodyBytes),
            faults: FaultSender(
                spelling: settings.faults.spelling, soapStatus: settings.faults.soapStatus,
                makeIdentifier: { environment.makeIdentifier() }),
            environment: environment, configuration: configuration, credentials: certificates,
            peers: PeerConnector(client: peers),
            relay: RelayClient(http: http), spooling: Spooling(folder: journal.contentFolder), journal: journal,
            caller: ServiceCaller(
                http: http, maximumBodyBytes: settings.limits.maximumBodyBytes, connectSeconds: settings.limits.connectSeconds),
            log: log)
    }

    private func listeners(
        _ server: OwnSecurityServer, _ certificates: OwnCertificates, _ group: MultiThreadedEventLoopGroup,
        _ passphrase: Passphrase
    ) async throws -> [any Service] {
        let consumer = ConsumerExchange(server: server)
        let provider = ProviderExchange(server: server)
        let relay = OCSPRelay(certificates: certificates)
        let systems: HTTPListener.Handler = { await consumer.handle(IncomingCall($0), reply: ListenerReply(exchange: $0)) }
        var listeners = [
            listener(settings.informationSystems, nil, group, systems),
            listener(
                settings.peers,
                try TLSContext(server: certificates.authentication, settings: .peers(legacySuites: settings.legacyPeerSuites)),
                group, { await provider.handle(IncomingCall($0), reply: ListenerReply(exchange: $0)) }),
            listener(settings.ocspRelay, nil, group, relay.handle),
        ]
        if let (secured, pair) = settings.informationSystemsTLS {
            let own = try OwnKey(pair, passphrase)
            let identity = TLSIdentity(certificateChain: own.chain.map(\.der), privateKey: own.key)
            listeners.append(listener(secured, try TLSContext(server: identity, settings: .informationSystems()), group, systems))
        }
        for listener in listeners { try await listener.bind() }
        return listeners
    }

    private func listener(
        _ place: SecurityServerSettings.Listener, _ tls: TLSContext?, _ group: MultiThreadedEventLoopGroup,
        _ handler: @escaping HTTPListener.Handler
    ) -> HTTPListener {
        var limits = ListenerLimits()
        limits.maximumConnections = settings.limits.maximumConnections
        return HTTPListener(
            address: place.address, port: place.port, tls: tls, limits: limits, group: group, log: log, handler: handler)
    }
}
