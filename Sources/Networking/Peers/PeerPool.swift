import NIOCore
import Synchronization

/// The unused connections of a client, by peer and event loop, and how many connections each peer has in all.
final class PeerPool: Sendable {
    private struct Key: Hashable {
        let peer: NetworkEndpoint
        let eventLoop: ObjectIdentifier
    }

    private struct State {
        var idle: [Key: [PeerLink]] = [:]
        var open: [NetworkEndpoint: Int] = [:]
        /// Connections of an earlier one are not used again.
        var generation = 0
        var isClosed = false
    }

    private let limits: PeerLimits
    private let state = Mutex(State())

    init(limits: PeerLimits) { self.limits = limits }

    /// Counts a new connection for as long as the value is kept.
    func admit(_ peer: NetworkEndpoint) throws(NetworkingFailure) -> PeerAdmission {
        let failure: NetworkingFailure? = state.withLock { state in
            guard !state.isClosed else { return .cancelled }
            let count = state.open[peer, default: 0]
            guard count < limits.maximumConnectionsPerPeer else { return .tooManyConnections(peer, limit: count) }
            state.open[peer] = count + 1
            return nil
        }
        if let failure { throw failure }
        return PeerAdmission(peer: peer, pool: self)
    }

    fileprivate func ended(_ peer: NetworkEndpoint) {
        state.withLock { state in
            let count = state.open[peer, default: 0] - 1
            state.open[peer] = count > 0 ? count : nil
        }
    }

    /// The most recently used connection of this event loop.
    func take(_ peer: NetworkEndpoint, on eventLoop: any EventLoop) -> PeerLink? {
        let key = Key(peer: peer, eventLoop: ObjectIdentifier(eventLoop))
        return state.withLock { state in
            let link = state.idle[key]?.popLast()
            if state.idle[key]?.isEmpty == true { state.idle[key] = nil }
            return link
        }
    }

    /// False where the connection is not wanted: the caller closes it.
    func put(_ link: PeerLink) -> Bool {
        let key = Key(peer: link.peer, eventLoop: ObjectIdentifier(link.channel.eventLoop))
        return state.withLock { state in
            guard !state.isClosed, link.generation == state.generation,
                state.idle[key, default: []].count < limits.maximumIdlePerPeer
            else { return false }
            state.idle[key, default: []].append(link)
            return true
        }
    }

    func remove(_ link: PeerLink) {
        let key = Key(peer: link.peer, eventLoop: ObjectIdentifier(link.channel.eventLoop))
        state.withLock { state in
            state.idle[key]?.removeAll { $0 === link }
            if state.idle[key]?.isEmpty == true { state.idle[key] = nil }
        }
    }

    var generation: Int { state.withLock { $0.generation } }

    /// Takes out all unused connections, and refuses those of this generation, or all from now on where `forGood`.
    func removeAll(forGood: Bool) -> [PeerLink] {
        state.withLock { state in
            let links = state.idle.values.flatMap(\.self)
            state.idle.removeAll()
            state.generation += 1
            state.isClosed = state.isClosed || forGood
            return links
        }
    }

    var idleCount: Int { state.withLock { $0.idle.values.reduce(0) { $0 + $1.count } } }
    var openCount: Int { state.withLock { $0.open.values.reduce(0, +) } }
}

/// One connection's place among those that a peer may have. An attempt by name may open several sockets for one place.
final class PeerAdmission: Sendable {
    private let peer: NetworkEndpoint
    private let pool: PeerPool

    fileprivate init(peer: NetworkEndpoint, pool: PeerPool) {
        self.peer = peer
        self.pool = pool
    }

    deinit { pool.ended(peer) }
}
