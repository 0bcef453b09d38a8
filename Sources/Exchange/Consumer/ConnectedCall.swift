import PKI
import XRoadModel

/// A call with a connection to the provider's security server, which is proved before any byte of the message leaves.
package struct ConnectedCall: Sendable {
    let spooled: SpooledCall
    let channel: any PeerChannel
    let peer: AuthenticatedPeer

    private init(_ spooled: SpooledCall, _ channel: any PeerChannel, _ peer: AuthenticatedPeer) {
        self.spooled = spooled
        self.channel = channel
        self.peer = peer
    }

    var addressed: AddressedCall { spooled.addressed }
    var body: (any SpooledBody)? { spooled.body }

    var received: ReceivedCall { addressed.admitted.received }

    /// PR-MESSTRANSP 2.1 steps 3–8. The next server is tried only where the one before could not be reached; one that answers and is
    /// not who it should be ends the call.
    static func connect(_ spooled: SpooledCall, server: OwnSecurityServer) async throws(ExchangeFailure) -> ConnectedCall {
        let addressed = spooled.addressed
        var failure: PeerFailure?
        for provider in addressed.servers {
            let channel: any PeerChannel
            do { channel = try await server.peers.connect(to: provider.address) } catch {
                failure = error
                continue
            }
            do throws(ExchangeFailure) {
                let peer = try await prove(channel, provider, addressed, server)
                return ConnectedCall(spooled, channel, peer)
            } catch {
                channel.release(reusable: false)
                throw error
            }
        }
        throw failure.map { .peer($0) } ?? .unknownProvider(addressed.admitted.received.message.service.provider)
    }

    private static func prove(
        _ channel: any PeerChannel, _ provider: AddressedCall.Provider, _ addressed: AddressedCall, _ server: OwnSecurityServer
    ) async throws(ExchangeFailure) -> AuthenticatedPeer {
        let now = server.environment.now()
        let client = addressed.admitted.received.message.service.provider
        let responses: [OCSPResponse]
        do { responses = try await server.ocsp.responses(for: channel.certificates, from: provider.address, at: now) } catch {
            throw .peer(error)
        }
        let peer: AuthenticatedPeer
        do {
            peer = try server.peerTrust.authenticate(
                channel.certificates, responses: responses, in: addressed.configuration, at: now)
        } catch {
            server.ocsp.forget(channel.certificates, at: now)
            throw .peerNotTrusted(error)
        }
        guard addressed.configuration.isRegistered(client, at: peer.server) else { throw .clientNotAtPeer(client, peer.server) }
        return peer
    }
}
