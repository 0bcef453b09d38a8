/// What a certificate's key is for.
package enum KeyUsage: Int, Sendable, CaseIterable {
    // The raw value is the bit of RFC 5280 4.2.1.3.
    case digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, cRLSign, encipherOnly,
        decipherOnly
}

/// The two kinds of certificate that members and servers have (X-Road's certificate profiles).
package enum CertificateUse: String, Sendable, CaseIterable {
    case signing
    case authentication
}

/// Object identifiers of extended key usages (RFC 5280 4.2.1.12).
package enum ExtendedKeyUsage {
    package static let clientAuthentication = "1.3.6.1.5.5.7.3.2"
    package static let ocspSigning = "1.3.6.1.5.5.7.3.9"
}

extension Certificate {
    /// Signing needs nonRepudiation. Authentication needs clientAuth, or else one of digitalSignature, keyEncipherment,
    /// dataEncipherment. An authority's certificate is for neither. The rules are those by which X-Road sorts certificates.
    package func isSuitable(for use: CertificateUse) -> Bool {
        guard !isAuthority else { return false }
        return switch use {
        case .signing: keyUsage.contains(.nonRepudiation)
        case .authentication:
            extendedKeyUsage.contains(ExtendedKeyUsage.clientAuthentication)
                || !keyUsage.isDisjoint(with: [.digitalSignature, .keyEncipherment, .dataEncipherment])
        }
    }
}
