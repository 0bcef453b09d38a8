import CSecurity
import XRoadModel

/// A chain that held at the instant asked about.
package struct VerifiedChain: Sendable, Hashable {
    /// Leaf first, anchor last; at least two.
    package let certificates: [Certificate]
    package let leaf: Certificate
    /// The leaf's issuer.
    package let issuer: Certificate
    package let anchor: Certificate
    /// The first instant at which one of the certificates has expired.
    package let validUntil: Instant
}

/// Builds chains from a certificate to the authorities that the global configuration approves, and to nothing else.
package struct ChainVerifier: Sendable {
    package let anchors: [Certificate]
    package let intermediates: [Certificate]
    private let algorithms: AlgorithmPolicy
    private let trust: CryptographicObject?

    private static let maximumSupplied = 16

    package init(anchors: [Certificate], intermediates: [Certificate] = [], algorithms: AlgorithmPolicy = .current) {
        self.anchors = anchors
        self.intermediates = intermediates
        self.algorithms = algorithms
        trust = Self.trust(in: anchors)
    }

    /// RFC 5280 6.1 at `at`: signatures, validity, basicConstraints with path length, keyCertSign, name constraints, no unknown
    /// critical extension; then key sizes and signature digests by policy, and the leaf's usage where `use` is given. An anchor
    /// need not be self-signed. `supplied` are certificates that came along; they are not trusted.
    package func chain(
        from leaf: Certificate, supplied: [Certificate] = [], for use: CertificateUse? = nil, at: Instant
    ) throws(PKIFailure) -> VerifiedChain {
        if let use, !leaf.isSuitable(for: use) { throw .unsuitable(certificate: leaf.subject.rfc2253, use: use) }
        guard supplied.count <= Self.maximumSupplied else {
            throw .untrusted(certificate: leaf.subject.rfc2253, reason: "\(supplied.count) certificates came along")
        }
        let candidates = [leaf] + anchors + intermediates + supplied
        let certificates = try build(candidates, at: at)
        guard certificates.count > 1 else {
            throw .untrusted(certificate: leaf.subject.rfc2253, reason: "it is an approved authority itself")
        }
        for certificate in certificates { try algorithms.check(certificate.publicKey) }
        for certificate in certificates.dropLast() { try algorithms.checkSignature(of: certificate) }
        if let impostor = certificates.dropFirst().first(where: { !$0.isAuthority }) {
            throw .untrusted(certificate: leaf.subject.rfc2253, reason: "\(impostor.subject.rfc2253) is no authority")
        }
        return VerifiedChain(
            certificates: certificates, leaf: leaf, issuer: certificates[1], anchor: certificates[certificates.count - 1],
            validUntil: certificates.map(\.notAfter).min() ?? leaf.notAfter)
    }

    private func build(_ candidates: [Certificate], at: Instant) throws(PKIFailure) -> [Certificate] {
        guard let trust else { throw .cryptography(reason: "trust store could not be made") }
        var chain = ura_chain()
        let handles: [OpaquePointer?] = candidates.map(\.handle)
        let status = ura_trust_verify(
            trust.pointer, handles, Int32(anchors.count), Int32(handles.count), at.secondsSince1970, &chain)
        withExtendedLifetime(candidates) {}
        guard status == URA_OK else { throw .cryptography(reason: "chain could not be built") }
        guard chain.failure == URA_CHAIN_HOLDS else { throw Self.failure(chain, candidates, at: at) }
        return withUnsafeBytes(of: chain.indexes) { indexes in
            indexes.bindMemory(to: Int32.self).prefix(Int(chain.length)).map { candidates[Int($0)] }
        }
    }

    private static func failure(_ chain: ura_chain, _ candidates: [Certificate], at: Instant) -> PKIFailure {
        let culprit = candidates[max(0, Int(chain.culprit))]
        let name = culprit.subject.rfc2253
        switch chain.failure {
        case URA_CHAIN_NOT_YET_VALID: return .notYetValid(certificate: name, from: culprit.notBefore, at: at)
        case URA_CHAIN_EXPIRED: return .expired(certificate: name, until: culprit.notAfter, at: at)
        default:
            let reason = withUnsafeBytes(of: chain.reason) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            return .untrusted(certificate: name, reason: reason)
        }
    }

    private static func trust(in anchors: [Certificate]) -> CryptographicObject? {
        guard let store = ura_trust_new() else { return nil }
        let trust = CryptographicObject(store, release: ura_trust_release)
        return anchors.allSatisfy { ura_trust_add(store, $0.handle) == URA_OK } ? trust : nil
    }
}
