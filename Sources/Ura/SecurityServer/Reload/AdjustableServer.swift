import Exchange
import Networking
import XRoadModel

/// The parts of a running server that settings can change.
struct AdjustableServer: Sendable {
    let exchanges: LiveExchanges
    let peerClient: PeerClient
    let peerListener: HTTPListener
    let listeners: [HTTPListener]
    let certificates: OwnCertificates
    let configuration: ConfigurationRefresh
    let http: OutboundHTTP

    /// What may fail is done before anything changes: afterwards either all of `new` holds or none of it.
    func change(from old: SecurityServerSettings, to new: SecurityServerSettings) throws {
        var contexts: (server: TLSContext, client: TLSContext)?
        if new.legacyPeerSuites != old.legacyPeerSuites {
            let tls = TLSSettings.peers(legacySuites: new.legacyPeerSuites)
            contexts = (
                try TLSContext(server: certificates.authentication, settings: tls),
                try TLSContext(client: certificates.authentication, settings: tls)
            )
        }
        exchanges.replace(exchanges.current.server.following(new.exchangeRules, caller: ServiceCaller(new, http)))
        if let contexts {
            peerListener.replace(tls: contexts.server)
            peerClient.replace(tls: contexts.client)
        }
        if new.limits.peerLimits != old.limits.peerLimits { peerClient.replace(limits: new.limits.peerLimits) }
        for listener in listeners { listener.replace(maximumConnections: new.limits.maximumConnections) }
        certificates.refresh(everySeconds: new.limits.ocspRefreshSeconds)
        configuration.refresh(everySeconds: new.refreshSeconds)
    }
}
