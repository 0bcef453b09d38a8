import NIOCore
import Synchronization

/// One physical connection to a peer, for as long as it lives, whoever uses it.
final class PeerLink: Sendable {
    let peer: NetworkEndpoint
    let tls: TLSPeer
    let channel: PeerChannelReference
    /// What the caller remembers of its check of this connection's certificate.
    let approval = Mutex<(any Sendable)?>(nil)

    init(peer: NetworkEndpoint, tls: TLSPeer, channel: PeerChannelReference) {
        self.peer = peer
        self.tls = tls
        self.channel = channel
    }
}

typealias PeerChannelReference = LoopConfined<PeerChannel>
