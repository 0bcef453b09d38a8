/// The right to send one request over a connection to a peer. Ends with `release`, or when the value goes away.
///
/// The order of calls: `send`, or `sendHead`, any number of `write`, and `end`; then `responseHead`, and `nextResponseChunk` until
/// it gives nil. The answer may be read while the request is still being sent. A call fails with `connectionClosedBeforeResponse`
/// where the peer ended without a byte of an answer: on a reused connection a request that can be sent again may be. A peer may answer and end while a request is still being sent: then `write` and `end` do nothing, and the
/// answer can be read.
package final class PeerConnection: Sendable {
    /// Whether an earlier request used this connection: then the peer may be closing it just now.
    package let isReused: Bool
    private let link: PeerLink
    private let use: Int

    init(link: PeerLink, use: Int, isReused: Bool) {
        self.link = link
        self.use = use
        self.isReused = isReused
    }

    deinit { release(reusable: false) }

    package var peer: NetworkEndpoint { link.peer }
    /// DER, leaf first, as the peer sent it. The peer proved to hold the leaf's key; everything else is for the caller to decide.
    package var peerCertificateChain: [[UInt8]] { link.tls.certificates }
    package var peerCertificate: [UInt8]? { link.tls.certificates.first }
    package var tls: TLSPeer { link.tls }
    /// Whether the handshake resumed an earlier session with this peer.
    package var wasResumed: Bool { link.tls.isResumed }

    /// Whatever the caller wants to remember of its check of this connection, for example a hash of certificate and configuration.
    /// Kept as long as the connection lives, also for later uses; nil at first.
    package var approval: (any Sendable)? {
        get { link.approval.withLock { $0 } }
        set {
            // The old value goes away outside the lock.
            var value = newValue
            link.approval.withLock { swap(&$0, &value) }
        }
    }

    /// The head leaves with the first bytes of the body or with `end`. Without Content-Length the body is sent in chunks; `Host` is
    /// added where it is missing.
    package func sendHead(method: String, path: String, headers: [(String, String)]) async throws(NetworkingFailure) {
        let head = PeerChannel.RequestHead(method: method, path: path, fields: headers)
        try await link.channel.call { [use] in $0.sendHead(of: use, head, $1) }
    }

    /// A whole request in one write, in place of `sendHead`, `write` and `end`.
    package func send(
        method: String, path: String, headers: [(String, String)], body: [UInt8]
    ) async throws(NetworkingFailure) {
        let head = PeerChannel.RequestHead(method: method, path: path, fields: headers + [("Content-Length", String(body.count))])
        try await link.channel.call { [use] in $0.send(of: use, head, body: body, $1) }
    }

    /// Returns when the operating system has taken the bytes.
    package func write(_ bytes: [UInt8]) async throws(NetworkingFailure) {
        try await link.channel.call { [use] in $0.write(of: use, bytes, $1) }
    }

    package func end() async throws(NetworkingFailure) {
        try await link.channel.call { [use] in $0.end(of: use, $1) }
    }

    /// Interim answers (1xx) are left out.
    package func responseHead() async throws(NetworkingFailure) -> PeerResponseHead {
        try await link.channel.call { [use] in $0.responseHead(of: use, $1) }
    }

    /// The next bytes of the answer's body, at most 64 KiB, or nil at its end.
    package func nextResponseChunk() async throws(NetworkingFailure) -> [UInt8]? {
        try await link.channel.call { [use] in $0.nextResponseChunk(of: use, $1) }
    }

    /// Gives the connection back. It is kept for another request only where `reusable` and both the request and the answer are
    /// complete; else it is closed. A second call does nothing.
    package func release(reusable: Bool) {
        link.channel.run { [use] in $0.endUse(use, reusable: reusable) }
    }
}
