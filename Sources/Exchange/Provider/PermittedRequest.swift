import AccessPolicy
import GlobalConfiguration
import XRoadModel

/// A transport message whose sender is proved to be a registered security server (PR-MESSTRANSP 2.1 step 9).
package struct AuthenticatedTransport: Sendable {
    let received: ReceivedTransport
    let peer: AuthenticatedPeer

    private init(_ received: ReceivedTransport, _ peer: AuthenticatedPeer) {
        self.received = received
        self.peer = peer
    }

    static func authenticate(
        _ received: ReceivedTransport, in configuration: ConfigurationSnapshot, server: OwnSecurityServer, at now: Instant
    ) throws(ExchangeFailure) -> AuthenticatedTransport {
        do throws(PeerTrustFailure) {
            let peer = try server.peerTrust.authenticate(
                received.call.certificates, responses: received.ocspResponses, in: configuration, at: now)
            return AuthenticatedTransport(received, peer)
        } catch { throw .peerNotTrusted(error) }
    }
}

/// A request to a service of this server, which exists, is switched on, and is granted to a client of that very peer.
package struct PermittedRequest: Sendable {
    let authenticated: AuthenticatedTransport
    let service: PermittedService

    var received: ReceivedTransport { authenticated.received }

    private init(_ authenticated: AuthenticatedTransport, _ service: PermittedService) {
        self.authenticated = authenticated
        self.service = service
    }

    static func permit(
        _ authenticated: AuthenticatedTransport, in configuration: ConfigurationSnapshot, server: OwnSecurityServer
    ) throws(ExchangeFailure) -> PermittedRequest {
        let message = authenticated.received.message
        if let requested = message.targetServer, requested != server.identifier {
            throw .wrongSecurityServer(requested: requested, this: server.identifier)
        }
        guard server.clients.contains(message.service.provider) else { throw .providerNotHere(message.service.provider) }
        guard configuration.isRegistered(message.client, at: authenticated.peer.server) else {
            throw .clientNotAtPeer(message.client, authenticated.peer.server)
        }
        do {
            let service = try server.services.permit(message.service, kind: message.kind, consumer: message.client)
            return PermittedRequest(authenticated, service)
        } catch { throw .serviceNotPermitted(message.service, error.reason) }
    }
}
