import NIOCore
import Synchronization

/// One physical connection to a peer, for as long as it lives, whoever uses it.
final class PeerLink: Sendable {
    let peer: NetworkEndpoint
    let tls: TLSPeer
    let channel: PeerChannelReference
    /// Of the client's settings that it was opened with.
    let generation: Int
    /// What the caller remembers of its check of this connection's certificate.
    let approval = Mutex<(any Sendable)?>(nil)

    init(peer: NetworkEndpoint, tls: TLSPeer, channel: PeerChannelReference, generation: Int) {
        self.peer = peer
        self.tls = tls
        self.channel = channel
        self.generation = generation
    }
}

typealias PeerChannelReference = LoopConfined<PeerChannel>
