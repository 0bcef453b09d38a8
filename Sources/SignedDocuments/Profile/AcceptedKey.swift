import PKI

/// Rule: RSA keys have 2048 bits or more (ETSI TS 119 312). Other kinds of keys than RSA and the three named curves, points off the
/// curve and unsound exponents are refused with the certificate itself.
enum AcceptedKey {
    private static let minimumRSABits = 2048

    static func check(_ certificate: Certificate) throws(SignedDocumentFailure) {
        if case .rsa(let bits) = certificate.publicKey.kind, bits < minimumRSABits {
            throw .cryptographicConstraint("the signing key: RSA of \(bits) bits, at least \(minimumRSABits) needed")
        }
    }
}
