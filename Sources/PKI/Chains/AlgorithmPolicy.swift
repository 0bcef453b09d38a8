/// Which keys and which digests in signatures of certificates and OCSP responses are strong enough.
package struct AlgorithmPolicy: Sendable, Hashable {
    package let minimumRSABits: Int
    package let signatureDigests: Set<DigestAlgorithm>

    package init(minimumRSABits: Int, signatureDigests: Set<DigestAlgorithm>) {
        self.minimumRSABits = minimumRSABits
        self.signatureDigests = signatureDigests
    }

    /// For everything live (ETSI TS 119 312): no SHA-1, RSA from 2048 bits.
    package static let current = AlgorithmPolicy(minimumRSABits: 2048, signatureDigests: [.sha256, .sha384, .sha512])

    /// For evidence made when SHA-1 and shorter keys were accepted, verified at an instant of that time.
    package static let historical = AlgorithmPolicy(
        minimumRSABits: 1024, signatureDigests: [.sha1, .sha256, .sha384, .sha512])

    func check(_ key: PublicKey) throws(PKIFailure) {
        if case .rsa(let bits) = key.kind, bits < minimumRSABits {
            throw .unacceptableKey(reason: "RSA key of \(bits) bits, at least \(minimumRSABits) needed")
        }
    }

    /// The digest that the issuer signed the certificate with.
    func checkSignature(of certificate: Certificate) throws(PKIFailure) {
        guard let digest = certificate.signatureDigest, signatureDigests.contains(digest) else {
            throw .unacceptableSignatureAlgorithm(certificate: certificate.subject.rfc2253)
        }
    }
}
