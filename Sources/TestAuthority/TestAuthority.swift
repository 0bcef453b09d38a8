import KeyVault
import PKI
import XRoadModel

/// A throw-away certificate authority with an OCSP responder, for demonstrations and tests. It checks nobody's identity and its keys
/// lie in files under a passphrase that is no secret.
package struct TestAuthority: Sendable {
    package let certificate: Certificate
    package let responderCertificate: Certificate
    private let folder: AuthorityFolder
    private let issuer: CertificateIssuer
    private let responder: OCSPResponder
    private let ocspURL: String?

    /// How long the authority's own certificates are good for: ten years.
    private static let ownValiditySeconds: Int64 = 3650 * 86_400
    /// Protects nothing; it only makes the key files of the same form as everywhere else.
    private static let passphrase = Array("test authority".utf8)

    /// Makes keys and certificates in a folder without an authority. `ocspURL` is written into issued certificates by values that are
    /// opened with the same address.
    package static func create(
        folder path: String, instance: String = "TEST", keyKind: PrivateKey.Kind = .rsa(bits: 2048), ocspURL: String? = nil,
        now: Instant
    ) throws(TestAuthorityFailure) -> TestAuthority {
        let folder = AuthorityFolder(path: path)
        try folder.make()
        return try folder.locked { () throws(TestAuthorityFailure) in
            let key = try mapped { () throws(KeyVaultFailure) in
                try KeyFile.create(path: folder.authorityKey, kind: keyKind, passphrase: Passphrase(passphrase))
            }
            let responderKey = try mapped { () throws(KeyVaultFailure) in
                try KeyFile.create(path: folder.responderKey, kind: keyKind, passphrase: Passphrase(passphrase))
            }
            let (issuer, responder) = try mapped { () throws(PKIFailure) in
                let issuer = try CertificateIssuer.selfSigned(
                    try ownTemplate("Test CA", instance, .authority(pathLength: 0), now), key: key)
                let template = try ownTemplate("Test OCSP", instance, .ocspResponder, now)
                return (issuer, try issuer.issue(template, for: responderKey.publicKey))
            }
            try IssuedIndex().write(to: folder.index)
            try folder.write(authority: issuer.certificate, responder: responder)
            return TestAuthority(
                folder: folder, issuer: issuer, responderCertificate: responder, responderKey: responderKey, ocspURL: ocspURL)
        }
    }

    package static func open(folder path: String, ocspURL: String? = nil) throws(TestAuthorityFailure) -> TestAuthority {
        let folder = AuthorityFolder(path: path)
        let (authority, responder) = try folder.certificates()
        _ = try IssuedIndex(path: folder.index)
        let (key, responderKey) = try mapped { () throws(KeyVaultFailure) in
            (
                try KeyFile.load(path: folder.authorityKey, passphrase: Passphrase(passphrase)),
                try KeyFile.load(path: folder.responderKey, passphrase: Passphrase(passphrase))
            )
        }
        let issuer = try mapped { () throws(PKIFailure) in try CertificateIssuer(certificate: authority, key: key) }
        return TestAuthority(
            folder: folder, issuer: issuer, responderCertificate: responder, responderKey: responderKey, ocspURL: ocspURL)
    }

    private init(
        folder: AuthorityFolder, issuer: CertificateIssuer, responderCertificate: Certificate, responderKey: PrivateKey,
        ocspURL: String?
    ) {
        self.folder = folder
        self.issuer = issuer
        self.responderCertificate = responderCertificate
        self.ocspURL = ocspURL
        certificate = issuer.certificate
        responder = OCSPResponder(authority: issuer.certificate, certificate: responderCertificate, key: responderKey)
    }

    /// A sign certificate with the request's subject and key.
    package func issueSigning(
        _ request: CertificateRequest, now: Instant, validitySeconds: Int64 = 365 * 86_400
    ) throws(TestAuthorityFailure) -> Certificate {
        try issue(request, .signing, now, validitySeconds)
    }

    /// An authentication certificate with the request's subject, key and DNS names.
    package func issueAuthentication(
        _ request: CertificateRequest, now: Instant, validitySeconds: Int64 = 365 * 86_400
    ) throws(TestAuthorityFailure) -> Certificate {
        try issue(request, .authentication, now, validitySeconds)
    }

    /// From the next answer on, also of a responder that already runs. `serialNumber` is decimal.
    package func revoke(serialNumber: String, since: Instant) throws(TestAuthorityFailure) {
        try folder.locked { () throws(TestAuthorityFailure) in
            var index = try IssuedIndex(path: folder.index)
            try index.revoke(serialNumber, since: since)
            try index.write(to: folder.index)
        }
    }

    /// The DER of an OCSP response. The index is read for every request; one that cannot be read gives `internalError`.
    package func answer(ocspRequest: [UInt8], now: Instant, nextUpdateSeconds: Int64? = 600) -> [UInt8] {
        guard let index = try? IssuedIndex(path: folder.index) else { return OCSPResponder.refusal(.internalError) }
        let nextUpdate = nextUpdateSeconds.map { now.adding(seconds: $0) }
        let times = OCSPResponder.Times(producedAt: now, thisUpdate: now, nextUpdate: nextUpdate)
        return responder.answer(ocspRequest, times: times, status: index.status)
    }

    private func issue(
        _ request: CertificateRequest, _ profile: CertificateProfile, _ now: Instant, _ validitySeconds: Int64
    ) throws(TestAuthorityFailure) -> Certificate {
        let certificate = try mapped { () throws(PKIFailure) in
            let template = CertificateTemplate(
                subject: request.subject, profile: profile, notBefore: now, notAfter: now.adding(seconds: validitySeconds),
                dnsNames: request.dnsNames, ocspURL: ocspURL)
            return try issuer.issue(template, for: request.publicKey)
        }
        // Dying before the index is written leaves a certificate that nobody has seen and that the responder does not know.
        try folder.locked { () throws(TestAuthorityFailure) in
            var index = try IssuedIndex(path: folder.index)
            index.add(certificate)
            try index.write(to: folder.index)
        }
        return certificate
    }

    private static func ownTemplate(
        _ name: String, _ instance: String, _ profile: CertificateProfile, _ now: Instant
    ) throws(PKIFailure) -> CertificateTemplate {
        let subject = try DistinguishedName([("O", "Ura TEST ONLY - NOT TRUSTED"), ("OU", instance), ("CN", name)])
        return CertificateTemplate(
            subject: subject, profile: profile, notBefore: now, notAfter: now.adding(seconds: ownValiditySeconds))
    }
}
