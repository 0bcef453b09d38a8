import CSecurity

/// A certificate request (PKCS#10, RFC 2986) whose maker has shown that he holds the key.
package struct CertificateRequest: Sendable {
    package let der: [UInt8]
    package let subject: DistinguishedName
    package let publicKey: PublicKey
    /// DNS names asked for as subjectAltName, at most 16.
    package let dnsNames: [String]

    private static let maximumBytes = 65_536

    package init(der: [UInt8]) throws(PKIFailure) {
        guard der.count <= Self.maximumBytes else {
            throw .tooLarge(.certificateRequest, bytes: der.count, limit: Self.maximumBytes)
        }
        var pointer: OpaquePointer?
        guard ura_request_parse(der, der.count, &pointer) == URA_OK, let pointer else {
            throw .malformed(.certificateRequest, reason: libraryReason())
        }
        defer { ura_request_release(pointer) }
        var key: OpaquePointer?
        guard let subject = ura_buffer.collected({ ura_request_subject(pointer, &$0) }),
            let names = ura_buffer.collected({ ura_request_dns_names(pointer, &$0) }),
            ura_request_key(pointer, &key) == URA_OK, let key
        else { throw .malformed(.certificateRequest, reason: libraryReason()) }
        self.der = der
        publicKey = try PublicKey(adopting: key)
        self.subject = try DistinguishedName(der: subject)
        dnsNames = names.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard ura_request_is_signed(pointer) == 1 else {
            throw .invalidRequestSignature(subject: self.subject.rfc2253)
        }
    }

    /// From the first block of a PEM text.
    package init(pem: String) throws(PKIFailure) {
        guard let der = PEM.decode(pem, label: "CERTIFICATE REQUEST")?.first else {
            throw .malformed(.certificateRequest, reason: "broken PEM")
        }
        try self.init(der: der)
    }

    package static func create(
        key: PrivateKey, subject: DistinguishedName, dnsNames: [String] = []
    ) throws(PKIFailure) -> CertificateRequest {
        let extensions = try ExtensionLines.alternativeNames(dnsNames)
        let der = ura_buffer.collected {
            ura_request_create(key.handle, subject.der, subject.der.count, extensions, URA_SHA256, &$0)
        }
        guard let der else { throw .cryptography(reason: libraryReason()) }
        return try CertificateRequest(der: der)
    }

    package var pem: String { PEM.encode(der, label: "CERTIFICATE REQUEST") }
}
