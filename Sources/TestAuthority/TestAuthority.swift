import KeyVault
import PKI
import XRoadModel

/// A throw-away certificate authority with an OCSP responder and a time-stamping authority, for demonstrations and tests. It checks nobody's identity and its keys
/// lie in files under a passphrase that is no secret.
package struct TestAuthority: Sendable {
    private let certificates: AuthorityFolder.Certificates
    private let folder: AuthorityFolder
    private let issuer: CertificateIssuer
    private let responder: OCSPResponder
    private let timestamps: TimestampResponder
    private let ocspURL: String?

    package var certificate: Certificate { certificates.authority }
    package var responderCertificate: Certificate { certificates.responder }
    package var timestampCertificate: Certificate { certificates.timestamp }

    /// How long the authority's own certificates are good for: ten years.
    private static let ownValiditySeconds: Int64 = 3650 * 86_400
    /// Protects nothing; it only makes the key files of the same form as everywhere else.
    private static let passphrase = Array("test authority".utf8)
    /// An arc for examples (ITU-T X.660): nobody's real policy.
    private static let timestampPolicy = "2.999.1"

    /// Makes keys and certificates in a folder without an authority. `ocspURL` is written into issued certificates by values that are
    /// opened with the same address.
    package static func create(
        folder path: String, instance: String = "TEST", keyKind: PrivateKey.Kind = .rsa(bits: 2048), ocspURL: String? = nil,
        now: Instant
    ) throws(TestAuthorityFailure) -> TestAuthority {
        let folder = AuthorityFolder(path: path)
        try folder.make()
        return try folder.locked { () throws(TestAuthorityFailure) in
            let keys = try Keys(folder) { (path) throws(KeyVaultFailure) in
                try KeyFile.create(path: path, kind: keyKind, passphrase: Passphrase(passphrase))
            }
            let certificates = try mapped { () throws(PKIFailure) in
                let issuer = try CertificateIssuer.selfSigned(
                    try ownTemplate("Test CA", instance, .authority(pathLength: 0), now), key: keys.authority)
                return AuthorityFolder.Certificates(
                    authority: issuer.certificate,
                    responder: try issuer.issue(
                        try ownTemplate("Test OCSP", instance, .ocspResponder, now), for: keys.responder.publicKey),
                    timestamp: try issuer.issue(
                        try ownTemplate("Test TSA", instance, .timestampAuthority, now), for: keys.timestamp.publicKey))
            }
            try IssuedIndex().write(to: folder.index)
            try folder.write(certificates)
            return try TestAuthority(folder, certificates, keys, ocspURL)
        }
    }

    package static func open(folder path: String, ocspURL: String? = nil) throws(TestAuthorityFailure) -> TestAuthority {
        let folder = AuthorityFolder(path: path)
        let certificates = try folder.certificates()
        _ = try IssuedIndex(path: folder.index)
        let keys = try Keys(folder) { (path) throws(KeyVaultFailure) in
            try KeyFile.load(path: path, passphrase: Passphrase(passphrase))
        }
        return try TestAuthority(folder, certificates, keys, ocspURL)
    }

    private struct Keys {
        let authority: PrivateKey
        let responder: PrivateKey
        let timestamp: PrivateKey

        init(
            _ folder: AuthorityFolder, _ key: (_ path: String) throws(KeyVaultFailure) -> PrivateKey
        ) throws(TestAuthorityFailure) {
            do {
                authority = try key(folder.authorityKey)
                responder = try key(folder.responderKey)
                timestamp = try key(folder.timestampKey)
            } catch { throw .file(error) }
        }
    }

    private init(
        _ folder: AuthorityFolder, _ certificates: AuthorityFolder.Certificates, _ keys: Keys, _ ocspURL: String?
    ) throws(TestAuthorityFailure) {
        self.folder = folder
        self.certificates = certificates
        self.ocspURL = ocspURL
        do {
            issuer = try CertificateIssuer(certificate: certificates.authority, key: keys.authority)
            timestamps = try TimestampResponder(
                certificate: certificates.timestamp, key: keys.timestamp, policy: Self.timestampPolicy)
        } catch { throw .pki(error) }
        responder = OCSPResponder(
            authority: certificates.authority, certificate: certificates.responder, key: keys.responder)
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

    /// The DER of a time-stamp response; serial numbers are random.
    package func answer(timestampRequest: [UInt8], now: Instant) throws(TestAuthorityFailure) -> [UInt8] {
        try mapped { () throws(PKIFailure) in
            try timestamps.answer(timestampRequest, serialNumber: Randomness.bytes(16), at: now)
        }
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
