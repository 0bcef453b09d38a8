import NIOCore

/// How long TLS waits and how much it holds.
struct TLSLimits: Sendable {
    /// From the connection to the end of the handshake.
    var handshake = TimeAmount.seconds(10)
    /// For the last record to leave and for the peer to end after it.
    var ending = TimeAmount.seconds(2)
    /// Plaintext that waits for the handshake or the socket; one longer write is taken when nothing waits.
    var queuedBytes = 1 << 20
}
