import Exchange
import GlobalConfiguration
import KeyVault
import Logging
import MessageLog
import NIOPosix
import Networking
import PKI
import ServiceLifecycle
import SignedDocuments
import Storage
import UnixSignals
import XRoadModel

/// Puts a security server together out of its settings: keys opened, journal open, configuration loaded, then listeners. The whole
/// process is the list of services that comes out.
struct SecurityServerAssembly {
    /// Of the settings file, which is read again on a reload.
    let path: String
    let settings: SecurityServerSettings
    let hangups: UnixSignalsSequence
    let log: Logger
    private let environment = SystemEnvironment()

    /// Starts nothing: the service group does. The order of shutdown is the reverse of the list.
    func services() async throws -> [any Service] {
        _ = try settings.loadOperators()
        let folder = try StateFolder(settings.stateFolder)
        // Once: a file descriptor can be read only once.
        let passphrase = try Passphrase.read(from: settings.passphrase)
        let http = OutboundHTTP()
        let configuration = try configuration(folder, http)
        try await configuration.client.open(at: environment.now())
        await configuration.refresh()
        let certificates = try certificates(http, configuration, passphrase)
        _ = await certificates.refresh()
        let journal = try journal(folder, passphrase)
        let checkpoints = try await CheckpointAssembly(
            settings: settings, http: http, configuration: configuration, certificates: certificates, journal: journal,
            environment: environment, log: log
        ).service(logFolder: folder.log, passphrase)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.eventLoopThreads)
        let peers = try peerClient(certificates, group)
        let timestamping = try await timestamping(journal, http, configuration)
        let exchanges = LiveExchanges(server(http, configuration, certificates, peers, journal, timestamping))
        let listeners = try await listeners(exchanges, certificates, group, passphrase)
        let adjustable = AdjustableServer(
            exchanges: exchanges, peerClient: peers, peerListener: listeners.peers, listeners: listeners.all,
            certificates: certificates, configuration: configuration, http: http)
        let reload = SettingsReload(
            path: path, settings: settings, server: adjustable, events: journal, hangups: hangups, log: log)
        let environment = environment
        let desk = LogDesk(journal: journal, folder: folder, settings: { reload.current }, now: { environment.now() })
        let control = try await control(folder, reload, desk)
        // The last checkpoint is signed when nothing comes any more, and before the journal is closed.
        var kept: [any Service] = [JournalService(journal: journal), checkpoints] + (try upkeep(desk))
        if let archive = settings.archive { kept.append(try ArchivingRunner(archive, folder, journal, environment, log)) }
        return kept + [configuration, certificates, TimestampingRunner(timestamping: timestamping)] + listeners.all + [
            reload, control,
        ]
    }

    private func journal(_ folder: StateFolder, _ passphrase: Passphrase) throws -> SQLiteJournal {
        var bounds = JournalSettings()
        bounds.warnBytes = Int64(settings.limits.logWarnBytes)
        bounds.refuseBytes = Int64(settings.limits.logRefuseBytes)
        return try SQLiteJournal(folder: folder.log, passphrase: passphrase.secret, settings: bounds)
    }

    private func timestamping(
        _ journal: SQLiteJournal, _ http: OutboundHTTP, _ configuration: ConfigurationRefresh
    ) async throws -> TimestampingService {
        try await TimestampingService(
            settings: settings.timestamping.schedule, store: journal, caller: TimestampAuthorityClient(http: http),
            environment: ServerTimestamping(
                configuration: configuration, environment: environment, names: settings.timestamping.authorities, log: log))
    }

    /// What grows is kept within its bounds.
    private func upkeep(_ desk: LogDesk) throws -> [any Service] {
        [
            DiskSpaceWatch(journal: desk.journal, log: log), RetentionJob(desk: desk, log: log),
            ConfigurationRetention(
                folder: try ConfigurationFolder(path: desk.folder.configuration), journal: desk.journal,
                environment: environment, log: log),
        ]
    }

    /// The journal is this process's own by now: whatever socket is there, nobody listens on it.
    private func control(_ folder: StateFolder, _ reload: SettingsReload, _ desk: LogDesk) async throws -> ControlListener {
        var routes = ControlRoutes()
        routes.add(ReloadSettings.self) { ReloadSettings.Answer(changed: try await reload.reload(by: $1)) }
        routes.add(PlaceHold.self, desk)
        routes.add(ReleaseHold.self, desk)
        routes.add(EraseRecords.self, desk)
        routes.add(RecordAccess.self, desk)
        let control = ControlListener(path: folder.controlSocket, routes: routes, log: log)
        try await control.bind()
        return control
    }

    private func configuration(_ folder: StateFolder, _ http: OutboundHTTP) throws -> ConfigurationRefresh {
        let keeping = try ConfigurationFolder(path: folder.configuration)
        try keeping.removeLeftOvers()
        let client = ConfigurationClient(
            anchor: try ConfigurationAnchor(reading: try FileBytes.read(settings.anchor)),
            fetching: ConfigurationFetcher(http: http), keeping: keeping,
            schedule: RefreshSchedule(everySeconds: settings.refreshSeconds))
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

    private func peerClient(_ certificates: OwnCertificates, _ group: MultiThreadedEventLoopGroup) throws -> PeerClient {
        PeerClient(
            tls: try TLSContext(client: certificates.authentication, settings: .peers(legacySuites: settings.legacyPeerSuites)),
            group: group, limits: settings.limits.peerLimits, log: log)
    }

    private func server(
        _ http: OutboundHTTP, _ configuration: ConfigurationRefresh, _ certificates: OwnCertificates, _ peers: PeerClient,
        _ journal: SQLiteJournal, _ timestamping: TimestampingService
    ) -> OwnSecurityServer {
        OwnSecurityServer(
            identifier: settings.identifier, rules: settings.exchangeRules, environment: environment,
            configuration: configuration, credentials: certificates, peers: PeerConnector(client: peers),
            relay: RelayClient(http: http), spooling: Spooling(folder: journal.contentFolder),
            journal: TimestampingJournal(journal, timestamping: timestamping), caller: ServiceCaller(settings, http), log: log)
    }

    private func listeners(
        _ exchanges: LiveExchanges, _ certificates: OwnCertificates, _ group: MultiThreadedEventLoopGroup,
        _ passphrase: Passphrase
    ) async throws -> (peers: HTTPListener, all: [HTTPListener]) {
        let relay = OCSPRelay(certificates: certificates)
        let systems: HTTPListener.Handler = {
            await exchanges.current.consumer.handle(IncomingCall($0), reply: ListenerReply(exchange: $0))
        }
        let peers = listener(
            settings.peers,
            try TLSContext(server: certificates.authentication, settings: .peers(legacySuites: settings.legacyPeerSuites)), group
        ) { await exchanges.current.provider.handle(IncomingCall($0), reply: ListenerReply(exchange: $0)) }
        var listeners = [
            listener(settings.informationSystems, nil, group, systems), peers,
            listener(settings.ocspRelay, nil, group, relay.handle),
        ]
        if let secured = settings.informationSystemsTLS {
            let own = try OwnKey(secured.pair, passphrase)
            let identity = TLSIdentity(certificateChain: own.chain.map(\.der), privateKey: own.key)
            let context = try TLSContext(server: identity, settings: .informationSystems())
            listeners.append(listener(secured.listener, context, group, systems))
        }
        for listener in listeners { try await listener.bind() }
        return (peers, listeners)
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
