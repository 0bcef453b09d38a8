import NIOCore

/// The bounds of a peer client. All are finite.
package struct PeerLimits: Hashable, Sendable {
    /// Name resolution and TCP connection.
    package var connectTimeout = Duration.seconds(10)
    package var handshakeTimeout = Duration.seconds(10)
    /// From the wait for an answer to the end of its head: a provider's service may take its time.
    package var responseTimeout = Duration.seconds(120)
    /// How long all waits for body bytes, or one write, may take on top of what `minimumBytesPerSecond` allows.
    package var bodyTimeout = Duration.seconds(30)
    package var minimumBytesPerSecond = 1024
    /// An unused connection is closed after it. X-Road's servers close theirs after 30 s and more.
    package var idleTimeout = Duration.seconds(25)
    /// Unused connections kept for each peer and event loop.
    package var maximumIdlePerPeer = 32
    /// All connections to one peer, on all event loops.
    package var maximumConnectionsPerPeer = 512
    package var maximumHeadBytes = 32 * 1024
    package var maximumHeaderFields = 100
    package var maximumBodyBytes = 10 << 30

    package init() {}

    func allowance(for bytes: Int) -> TimeAmount { .seconds(Int64(bytes / max(1, minimumBytesPerSecond))) }
}
