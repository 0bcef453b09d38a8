import CSecurity

/// Algorithms of message and configuration signatures: RSA is PKCS#1 v1.5.
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case rsaSHA256, rsaSHA384, rsaSHA512, ecdsaSHA256, ecdsaSHA384, ecdsaSHA512

    /// Identifier in XML signatures (RFC 6931 2.3).
    package var uri: String {
        let family = isElliptic ? "ecdsa" : "rsa"
        return "http://www.w3.org/2001/04/xmldsig-more#\(family)-\(digest.rawValue)"
    }

    package init?(uri: String) {
        guard let algorithm = Self.allCases.first(where: { $0.uri == uri }) else { return nil }
        self = algorithm
    }

    package var digest: DigestAlgorithm {
        switch self {
        case .rsaSHA256, .ecdsaSHA256: .sha256
        case .rsaSHA384, .ecdsaSHA384: .sha384
        case .rsaSHA512, .ecdsaSHA512: .sha512
        }
    }

    /// The algorithm for a kind of key; nil for SHA-1, which signs nothing.
    package static func matching(key: KeyKind, digest: DigestAlgorithm) -> SignatureAlgorithm? {
        allCases.first { $0.fits(key) && $0.digest == digest }
    }

    var isElliptic: Bool {
        switch self {
        case .rsaSHA256, .rsaSHA384, .rsaSHA512: false
        case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512: true
        }
    }

    func fits(_ key: KeyKind) -> Bool {
        switch key {
        case .rsa: !isElliptic
        case .ec: isElliptic
        }
    }
}

/// How an ECDSA signature is written. RSA has one form.
package enum SignatureEncoding: Sendable {
    /// r and s, each as long as the curve's order: XML signatures (RFC 4050 3.3).
    case fixedLength
    /// A DER sequence of r and s: certificates, signed configuration, registration requests.
    case der

    var form: ura_ecdsa_form {
        switch self {
        case .fixedLength: URA_ECDSA_FIXED
        case .der: URA_ECDSA_DER
        }
    }
}
