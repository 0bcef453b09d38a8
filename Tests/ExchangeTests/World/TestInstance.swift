import Foundation
import GlobalConfiguration
import Networking
import PKI
import SignedDocuments
import Synchronization
import TestAuthority
import TestSupport
import XRoadModel

/// A key with its certificate.
struct Identity: Sendable {
    let key: PrivateKey
    let certificate: Certificate

    var tls: TLSIdentity { TLSIdentity(certificateChain: [certificate.der], privateKey: key) }

    func composer(_ digest: DigestAlgorithm = .sha512) throws -> SignatureComposer {
        try SignatureComposer(key: key, certificate: certificate, digest: digest)
    }
}

/// Who takes part: M1 with its server SS1 consumes, M2 with SS2 provides, M3 is a client of SS2 too.
final class TestInstance: Sendable {
    /// Made once; its certificates are good for a year from the test clock's start.
    static let shared = Result { try TestInstance() }

    static let name = "TEST"
    static let consumerMember = member("M1")
    static let providerMember = member("M2")
    static let otherMember = member("M3")
    static let consumer = ClientIdentifier(member: consumerMember, subsystemCode: "consumer")
    /// A second client of SS1, without rights.
    static let visitor = ClientIdentifier(member: consumerMember, subsystemCode: "visitor")
    /// A client of SS1 whose information systems have to use HTTPS.
    static let secured = ClientIdentifier(member: consumerMember, subsystemCode: "secured")
    static let provider = ClientIdentifier(member: providerMember, subsystemCode: "provider")
    static let other = ClientIdentifier(member: otherMember, subsystemCode: "other")
    /// Registered at SS2, which does not know it.
    static let orphan = ClientIdentifier(member: providerMember, subsystemCode: "orphan")
    static let consumerServer = SecurityServerIdentifier(owner: consumerMember, serverCode: "SS1")
    static let providerServer = SecurityServerIdentifier(owner: providerMember, serverCode: "SS2")

    let authority: TestAuthority
    let consumerTLS: Identity
    let providerTLS: Identity
    let consumer: Identity
    let provider: Identity
    let other: Identity
    /// The same authority as it was before it issued anything.
    private let forgetful: TestAuthority
    private let forgotten = Mutex<Set<Certificate>>([])
    private let folder: TemporaryFolder

    private init() throws {
        folder = try TemporaryFolder()
        let place = folder.url.path + "/authority"
        authority = try TestAuthority.create(
            folder: place, instance: Self.name, keyKind: .p256, now: TestClock.start.adding(seconds: -86_400))
        try FileManager.default.copyItem(atPath: place, toPath: place + "-before")
        forgetful = try TestAuthority.open(folder: place + "-before")
        consumerTLS = try Self.issue(by: authority, Self.consumerMember, .authentication)
        providerTLS = try Self.issue(by: authority, Self.providerMember, .authentication)
        consumer = try Self.issue(by: authority, Self.consumerMember, .signing)
        provider = try Self.issue(by: authority, Self.providerMember, .signing)
        other = try Self.issue(by: authority, Self.otherMember, .signing)
    }

    /// A further certificate, for tests that spoil it or that need another kind of key.
    func issue(
        _ member: MemberIdentifier, _ use: CertificateUse, _ kind: PrivateKey.Kind = .p256, validitySeconds: Int64 = 365 * 86_400
    ) throws -> Identity {
        try Self.issue(by: authority, member, use, kind, validitySeconds)
    }

    func revoke(_ identity: Identity, since: Instant) throws {
        try authority.revoke(serialNumber: identity.certificate.serialNumber, since: since)
    }

    /// From now on the responder does not know the certificate.
    func forget(_ identity: Identity) { forgotten.withLock { _ = $0.insert(identity.certificate) } }

    /// Without a time of the next: how long it counts is the configuration's word alone.
    func ocspResponse(on certificate: Certificate, at now: Instant) throws -> OCSPResponse {
        let request = try OCSPRequest.encode(certificate: certificate, issuer: authority.certificate)
        let responder = forgotten.withLock { $0.contains(certificate) } ? forgetful : authority
        return try OCSPResponse(der: responder.answer(ocspRequest: request, now: now, nextUpdateSeconds: nil))
    }

    private static func issue(
        by authority: TestAuthority, _ member: MemberIdentifier, _ use: CertificateUse, _ kind: PrivateKey.Kind = .p256,
        _ validitySeconds: Int64 = 365 * 86_400
    ) throws -> Identity {
        let key = try PrivateKey.generate(kind)
        let subject = try MemberNaming.fiVRK.signingSubject(of: member, name: "Institution", serverCode: "SS", country: "FI")
        let request = try CertificateRequest.create(key: key, subject: subject)
        let issued = TestClock.start.adding(seconds: -3600)
        let certificate =
            use == .signing
            ? try authority.issueSigning(request, now: issued, validitySeconds: validitySeconds)
            : try authority.issueAuthentication(request, now: issued, validitySeconds: validitySeconds)
        return Identity(key: key, certificate: certificate)
    }

    private static func member(_ code: String) -> MemberIdentifier {
        MemberIdentifier(instance: name, memberClass: "GOV", memberCode: code)
    }
}

extension TestInstance {
    /// What every member is told, with the servers at these addresses.
    func parameters(consumerAddress: String, providerAddress: String) -> SharedParameters {
        var parameters = SharedParameters(instance: Self.name, ocspFreshnessSeconds: 3600)
        parameters.memberClasses = [MemberClass(code: "GOV", description: "Institutions")]
        parameters.members = [
            Self.entry(Self.consumerMember, "consumer", "visitor", "secured"),
            Self.entry(Self.providerMember, "provider", "orphan"), Self.entry(Self.otherMember, "other"),
        ]
        parameters.approvedCAs = [
            ApprovedCA(
                name: "Test authority", authenticationOnly: false,
                top: ApprovedCA.Authority(
                    certificate: authority.certificate.der,
                    responders: [
                        ApprovedCA.Responder(url: "http://127.0.0.1/ocsp", certificate: authority.responderCertificate.der)
                    ]),
                intermediates: [], certificateProfile: MemberNaming.fiVRK.rawValue)
        ]
        parameters.securityServers = [
            SecurityServer(
                identifier: Self.consumerServer, address: consumerAddress,
                authenticationCertificateHashes: [consumerTLS.certificate.digest(.sha256)],
                clients: [Self.consumer, Self.visitor, Self.secured]),
            SecurityServer(
                identifier: Self.providerServer, address: providerAddress,
                authenticationCertificateHashes: [providerTLS.certificate.digest(.sha256)],
                clients: [Self.provider, Self.orphan, Self.other]),
        ]
        return parameters
    }

    private static func entry(_ member: MemberIdentifier, _ subsystems: String...) -> Member {
        Member(
            identifier: member, name: member.memberCode, subsystems: subsystems.map { Member.Subsystem(code: $0, name: nil) })
    }
}
