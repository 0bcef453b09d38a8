import AccessPolicy
import Exchange
import Networking

/// What a running server takes up when its settings are read again, and what it does not. Every property is in one of the lists.
extension SecurityServerSettings {
    struct Part: Sendable {
        /// As the file names it.
        let key: String
        let isSame: @Sendable (SecurityServerSettings, SecurityServerSettings) -> Bool

        init<Value: Equatable & SendableMetatype>(_ key: String, _ value: @escaping @Sendable (SecurityServerSettings) -> Value) {
            self.key = key
            isSame = { value($0) == value($1) }
        }
    }

    static let fixed = [
        Part("identifier", \.identifier), Part("stateFolder", \.stateFolder), Part("passphrase", \.passphrase),
        Part("configuration.anchor", \.anchor), Part("listeners.informationSystems", \.informationSystems),
        Part("listeners.informationSystemsTLS", \.informationSystemsTLS), Part("listeners.peers", \.peers),
        Part("listeners.ocspRelay", \.ocspRelay), Part("authentication", \.authentication), Part("signing", \.signing),
        Part("eventLoopThreads", \.eventLoopThreads), Part("batchSignatures", \.batchSignatures),
        Part("timestamping", \.timestamping), Part("archive", \.archive), Part("checkpoints", \.checkpoints),
        Part("limits.logWarnBytes", \.limits.logWarnBytes), Part("limits.logRefuseBytes", \.limits.logRefuseBytes),
    ]

    static let live = [
        Part("clients", \.clients), Part("services", \.services), Part("configuration.refreshSeconds", \.refreshSeconds),
        Part("limits", \.limits), Part("faults", \.faults), Part("legacyPeerSuites", \.legacyPeerSuites),
        Part("operators", \.operators), Part("log", \.log),
    ]

    var exchangeRules: ExchangeRules {
        let environment = SystemEnvironment()
        return ExchangeRules(
            clients: clients, services: services, limits: ExchangeLimits(bodyBytes: limits.maximumBodyBytes),
            faults: FaultSender(
                spelling: faults.spelling, soapStatus: faults.soapStatus, makeIdentifier: { environment.makeIdentifier() }),
            logging: log)
    }
}

extension SecurityServerSettings.Limits {
    var peerLimits: PeerLimits {
        var limits = PeerLimits()
        limits.connectTimeout = .seconds(connectSeconds)
        limits.responseTimeout = .seconds(callSeconds)
        return limits
    }
}
