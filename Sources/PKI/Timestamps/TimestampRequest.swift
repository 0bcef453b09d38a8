import CSecurity

/// A question to a time-stamping authority (RFC 3161 2.4.1). The authority sees a digest only, never what it is of.
package struct TimestampRequest: Sendable, Hashable {
    package let der: [UInt8]
    package let digest: DigestAlgorithm
    /// The digest of what is to be stamped.
    package let imprint: [UInt8]
    /// Binds the answer to this question; nil asks for none.
    package let nonce: [UInt8]?

    package static let mediaType = "application/timestamp-query"

    /// Asks for the signer's certificate too, so that the token proves itself as long as it is kept.
    package init(
        stamping data: [UInt8], digest: DigestAlgorithm = .sha512, nonce: [UInt8]? = TimestampRequest.randomNonce()
    ) throws(PKIFailure) {
        let imprint = digest.digest(data)
        let nonce = nonce.map { Array($0.drop { $0 == 0 }) }
        let der = ura_buffer.collected {
            ura_timestamp_request_encode(digest.method, imprint, imprint.count, nonce ?? [], nonce?.count ?? 0, &$0)
        }
        guard let der else { throw .cryptography(reason: libraryReason()) }
        self.der = der
        self.digest = digest
        self.imprint = imprint
        self.nonce = nonce
    }

    /// 64 bits, which every authority takes (RFC 3161 2.4.1).
    package static func randomNonce() -> [UInt8] {
        var bytes = Randomness.bytes(8)
        bytes[0] |= 1
        return bytes
    }
}
