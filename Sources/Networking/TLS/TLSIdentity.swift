import PKI

/// What this side proves in a handshake.
package struct TLSIdentity: Sendable {
    /// DER, the leaf first, then what the peer may need to build the path.
    package let certificateChain: [[UInt8]]
    package let privateKey: PrivateKey

    package init(certificateChain: [[UInt8]], privateKey: PrivateKey) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }
}
