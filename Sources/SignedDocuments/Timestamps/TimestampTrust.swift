import PKI
import XRoadModel

/// What time-stamps of signatures are judged by, out of one global configuration.
package struct TimestampTrust: Sendable {
    private let authorities: [Certificate]
    private let now: Instant
    private let policy: TimestampPolicy

    /// - Parameter authorities: the certificates of approved time-stamping authorities.
    package init(authorities: [Certificate], now: Instant, policy: TimestampPolicy = TimestampPolicy()) {
        self.authorities = authorities
        self.now = now
        self.policy = policy
    }

    /// That the token proves the signature to be as old as the token says.
    func verify(
        _ token: [UInt8], of signature: StampedSignature, signedAt: Instant
    ) throws(SignedDocumentFailure) -> VerifiedTimestamp {
        let data = try signature.stampedBytes()
        do {
            return try TimestampVerifier.verify(
                TimestampToken(der: token), of: data, signedAt: signedAt, approved: authorities, at: now, policy: policy)
        } catch { throw .invalidTimestamp(error) }
    }
}

/// A signature and how X-Road time-stamps it.
struct StampedSignature {
    let document: [UInt8]
    /// The octets of `ds:SignatureValue`, decoded: where there is no hash chain X-Road stamps them, not the canonical form of the
    /// element as XAdES would have it (EN 319 132-1 5.3).
    let value: [UInt8]
    /// Of a batch: the token stamps its result, and it covers the signature document.
    let hashChain: HashChainDocuments?

    func stampedBytes() throws(SignedDocumentFailure) -> [UInt8] {
        guard let hashChain else { return value }
        do {
            _ = try HashChainVerifier.verify(
                result: hashChain.result, chains: [PartName.timestampHashChain: hashChain.chain],
                parts: StampedDocument(document: document))
        } catch { throw .malformedSignature("time-stamp: \(error)") }
        return hashChain.result
    }
}
