/// What a completed handshake says about the peer. Holding the key of a certificate is proved; whose it is must be decided from
/// the certificate on every connection, because nothing is asked again on a resumed session.
package struct TLSPeer: Sendable {
    /// DER as the peer sent them, leaf first; empty where it presented none.
    package let certificates: [[UInt8]]
    /// `TLSv1.2` or `TLSv1.3`.
    package let version: String
    /// OpenSSL's name of the suite.
    package let suite: String
    package let isResumed: Bool
}

/// Goes up the pipeline before any byte of plaintext.
struct TLSHandshakeCompleted: Sendable {
    let peer: TLSPeer
}
