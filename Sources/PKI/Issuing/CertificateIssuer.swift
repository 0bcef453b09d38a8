import CSecurity
import XRoadModel

/// What a new certificate says, besides whose key it is for.
package struct CertificateTemplate: Sendable {
    package var subject: DistinguishedName
    package var profile: CertificateProfile
    package var notBefore: Instant
    package var notAfter: Instant
    /// Big-endian, at most 20 bytes (RFC 5280 4.1.2.2); random by default.
    package var serialNumber: [UInt8]
    package var dnsNames: [String]
    package var ocspURL: String?

    package init(
        subject: DistinguishedName, profile: CertificateProfile, notBefore: Instant, notAfter: Instant,
        serialNumber: [UInt8]? = nil, dnsNames: [String] = [], ocspURL: String? = nil
    ) {
        self.subject = subject
        self.profile = profile
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.serialNumber = serialNumber ?? Self.randomSerialNumber()
        self.dnsNames = dnsNames
        self.ocspURL = ocspURL
    }

    /// 16 bytes; the first is from 1 to 127, so that all are written and the number is positive.
    private static func randomSerialNumber() -> [UInt8] {
        var bytes = Randomness.bytes(16)
        bytes[0] = max(bytes[0] & 0x7F, 1)
        return bytes
    }
}

/// An authority that signs certificates.
package struct CertificateIssuer: Sendable {
    package let certificate: Certificate
    private let key: PrivateKey

    package init(certificate: Certificate, key: PrivateKey) throws(PKIFailure) {
        guard certificate.publicKey == key.publicKey else {
            throw .unacceptableKey(reason: "it is not the key of \(certificate.subject.rfc2253)")
        }
        self.certificate = certificate
        self.key = key
    }

    /// A new authority under its own name.
    package static func selfSigned(_ template: CertificateTemplate, key: PrivateKey) throws(PKIFailure) -> CertificateIssuer {
        let certificate = try issue(template, for: key.publicKey, issuer: nil, issuerKey: key)
        return try CertificateIssuer(certificate: certificate, key: key)
    }

    package func issue(_ template: CertificateTemplate, for publicKey: PublicKey) throws(PKIFailure) -> Certificate {
        try Self.issue(template, for: publicKey, issuer: certificate, issuerKey: key)
    }

    private static func issue(
        _ template: CertificateTemplate, for publicKey: PublicKey, issuer: Certificate?, issuerKey: PrivateKey
    ) throws(PKIFailure) -> Certificate {
        var lines = template.profile.lines + ["subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid"]
        lines.append(try ExtensionLines.alternativeNames(template.dnsNames))
        if let url = template.ocspURL { lines.append(try ExtensionLines.responder(url)) }
        let der = template.subject.der.withUnsafeBufferPointer { subject in
            template.serialNumber.withUnsafeBufferPointer { serial in
                lines.joined(separator: "\n").withCString { extensions in
                    var plan = ura_certificate_plan(
                        subject: subject.baseAddress, subject_length: subject.count, serial: serial.baseAddress,
                        serial_length: serial.count, not_before: template.notBefore.secondsSince1970,
                        not_after: template.notAfter.secondsSince1970, extensions: extensions, digest: URA_SHA256)
                    return ura_buffer.collected {
                        ura_certificate_issue(&plan, publicKey.object.pointer, issuer?.handle, issuerKey.handle, &$0)
                    }
                }
            }
        }
        guard let der else { throw .cryptography(reason: libraryReason()) }
        return try Certificate(der: der)
    }
}
