import PKI
import SignedDocuments
import XRoadModel

/// An instance with one authority, an intermediate one below it, their responders, and members with signing certificates.
struct TestInstance {
    let root: CertificateIssuer
    let intermediate: CertificateIssuer
    private let responder: OCSPResponder
    private let rootResponder: OCSPResponder
    let member = MemberIdentifier(instance: "AL", memberClass: "GOV", memberCode: "1234")

    static let notBefore = signingTime.adding(seconds: -86_400)
    static let notAfter = signingTime.adding(seconds: 86_400)

    init() throws {
        let rootKey = try PrivateKey.generate(.p256)
        root = try CertificateIssuer.selfSigned(
            Self.template([("O", "Test"), ("CN", "Root")], .authority(pathLength: nil)), key: rootKey)
        let key = try PrivateKey.generate(.p256)
        intermediate = try CertificateIssuer(
            certificate: root.issue(
                Self.template([("O", "Test"), ("CN", "Issuing")], .authority(pathLength: 0)), for: key.publicKey), key: key)
        let responderKey = try PrivateKey.generate(.p256)
        let responderCertificate = try intermediate.issue(
            Self.template([("CN", "Responder")], .ocspResponder), for: responderKey.publicKey)
        responder = OCSPResponder(authority: intermediate.certificate, certificate: responderCertificate, key: responderKey)
        rootResponder = OCSPResponder(authority: root.certificate, certificate: root.certificate, key: rootKey)
    }

    static func template(
        _ subject: [(type: String, text: String)], _ profile: CertificateProfile
    ) throws -> CertificateTemplate {
        CertificateTemplate(subject: try DistinguishedName(subject), profile: profile, notBefore: notBefore, notAfter: notAfter)
    }

    func certificate(for key: PrivateKey, _ profile: CertificateProfile = .signing) throws -> Certificate {
        let subject = try MemberNaming.fiVRK.signingSubject(of: member, name: "Institution", serverCode: "S1", country: "AL")
        let template = CertificateTemplate(
            subject: subject, profile: profile, notBefore: Self.notBefore, notAfter: Self.notAfter)
        return try intermediate.issue(template, for: key.publicKey)
    }

    /// The response on a member's certificate.
    func status(
        of certificate: Certificate, _ status: OCSPResponder.Status = .good, at instant: Instant = signingTime
    ) throws -> [UInt8] {
        let request = try OCSPRequest.encode(certificate: certificate, issuer: intermediate.certificate)
        return responder.answer(request, times: .init(producedAt: instant, thisUpdate: instant, nextUpdate: nil)) { _ in status }
    }

    func statusOfIntermediate() throws -> [UInt8] {
        let request = try OCSPRequest.encode(certificate: intermediate.certificate, issuer: root.certificate)
        let times = OCSPResponder.Times(producedAt: signingTime, thisUpdate: signingTime, nextUpdate: nil)
        return rootResponder.answer(request, times: times) { _ in .good }
    }

    /// The issuing authority is approved itself, or as an intermediate one that needs a status of its own.
    func trust(throughRoot: Bool = false) -> VerificationTrust {
        let chains =
            throughRoot
            ? ChainVerifier(anchors: [root.certificate], intermediates: [intermediate.certificate])
            : ChainVerifier(anchors: [intermediate.certificate])
        return VerificationTrust(
            chains: chains, ocspResponders: [], ocspPolicy: OCSPPolicy(freshnessSeconds: 3600),
            member: { certificate, claimed in
                try? MemberNaming.fiVRK.member(of: certificate.subject, instance: claimed.instance)
            })
    }
}
