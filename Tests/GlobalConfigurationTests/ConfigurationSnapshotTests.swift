import CentralServer
import GlobalConfiguration
import PKI
import TestSupport
import Testing
import XRoadModel

@Suite struct ConfigurationSnapshotTests {
    private static let now = Instant(secondsSince1970: 1_800_000_000)
    private let sample: SampleRegistry
    private let snapshot: ConfigurationSnapshot

    init() throws {
        sample = try SampleRegistry.shared.get()
        let registry = try sample.registry()
        snapshot = try ConfigurationSnapshot(
            Self.bundle([Self.part(registry.shared), Self.part(registry.privateParameters)]), at: Self.now)
    }

    static func part(_ shared: SharedParameters, version: Int = 5, expires: Instant = now.adding(seconds: 600)) throws
        -> ConfigurationPart
    {
        ConfigurationPart(
            content: .sharedParameters, instance: shared.instance, version: version, expires: expires, bytes: try shared.encoded()
        )
    }

    static func part(_ confidential: PrivateParameters) -> ConfigurationPart {
        ConfigurationPart(
            content: .privateParameters, instance: confidential.instance, version: 5, expires: now.adding(seconds: 600),
            bytes: confidential.encoded())
    }

    static func bundle(_ parts: [ConfigurationPart]) throws -> ConfigurationBundle {
        try ConfigurationBundle(instance: "AL-TEST", parts: parts, directories: [])
    }

    @Test func findsServers() {
        let mmis = client("AL-TEST/GOV/1/MMIS")
        #expect(snapshot.servers(for: mmis).map(\.identifier.serverCode) == ["SS1", "SS2"])
        #expect(snapshot.servers(for: client("AL-TEST/GOV/1")).map(\.identifier.serverCode) == ["SS1"])
        #expect(snapshot.servers(for: client("AL-TEST/GOV/1/OTHER")).isEmpty)
        #expect(snapshot.address(of: server("AL-TEST/GOV/2/SS2")) == "127.0.1.2")
        #expect(snapshot.address(of: server("AL-TEST/GOV/1/SS2")) == nil)
        #expect(snapshot.server(server("AL-TEST/GOV/2/SS2"))?.maintenance?.message == "back at noon")
        #expect(snapshot.server(server("AL-TEST/GOV/1/SS1"))?.maintenance == nil)
    }

    @Test(arguments: [
        ("AL-TEST/GOV/1/MMIS", "AL-TEST/GOV/1/SS1", true), ("AL-TEST/GOV/1/MMIS", "AL-TEST/GOV/2/SS2", true),
        ("AL-TEST/GOV/1", "AL-TEST/GOV/1/SS1", true), ("AL-TEST/GOV/1", "AL-TEST/GOV/2/SS2", false),
        ("AL-TEST/GOV/2/POPULATION", "AL-TEST/GOV/1/SS1", false), ("AL-TEST/GOV/2/POPULATION", "AL-TEST/GOV/2/SS9", false),
        ("AL-TEST/COM/1/MMIS", "AL-TEST/GOV/1/SS1", false), ("XX/GOV/1/MMIS", "AL-TEST/GOV/1/SS1", false),
    ])
    func registration(_ identifier: String, _ at: String, expected: Bool) {
        #expect(snapshot.isRegistered(client(identifier), at: server(at)) == expected)
    }

    @Test func knowsServersByTheirCertificate() throws {
        #expect(
            snapshot.server(withAuthenticationCertificate: sample.consumerServer.certificate)?.identifier
                == server("AL-TEST/GOV/1/SS1"))
        #expect(snapshot.server(withAuthenticationCertificate: sample.authority.certificate) == nil)
    }

    /// Version 2 holds SHA-1, the later ones SHA-256; one does not stand in for the other.
    @Test(arguments: [(2, DigestAlgorithm.sha1, true), (3, .sha256, true), (2, .sha256, false), (5, .sha1, false)])
    func certificateHashesByVersion(version: Int, algorithm: DigestAlgorithm, found: Bool) throws {
        var shared = try sample.registry().shared
        let certificate = sample.consumerServer.certificate
        shared.securityServers = [
            SecurityServer(
                identifier: server("AL-TEST/GOV/1/SS1"), address: nil,
                authenticationCertificateHashes: [certificate.digest(algorithm)], clients: [])
        ]
        let snapshot = try ConfigurationSnapshot(Self.bundle([Self.part(shared, version: version)]), at: Self.now)
        #expect((snapshot.server(withAuthenticationCertificate: certificate) != nil) == found)
    }

    @Test func knowsMembersAndGroups() {
        #expect(snapshot.contains(client("AL-TEST/GOV/2")))
        #expect(snapshot.contains(client("AL-TEST/GOV/2/POPULATION")))
        #expect(!snapshot.contains(client("AL-TEST/GOV/2/population")))
        #expect(snapshot.memberName(of: client("AL-TEST/GOV/1/MMIS")) == "Ministria <një>")
        #expect(snapshot.subsystemName(of: client("AL-TEST/GOV/1/MMIS")) == "Statistika")
        #expect(snapshot.isMember(client("AL-TEST/GOV/2/POPULATION"), ofGroup: "registers", in: "AL-TEST"))
        #expect(!snapshot.isMember(client("AL-TEST/GOV/1/MMIS"), ofGroup: "registers", in: "AL-TEST"))
        #expect(!snapshot.isMember(client("AL-TEST/GOV/2"), ofGroup: "registers", in: "XX"))
        #expect(snapshot.ocspFreshnessSeconds == 1800)
        #expect(snapshot.privateParameters?.timeStampingIntervalSeconds == 60)
    }

    @Test func authoritiesForTLSDoNotSign() throws {
        let authorities = try snapshot.authorities(of: "AL-TEST")
        let later = presentInstant().adding(seconds: 60)
        let signing = try ToolIdentity("/CN=member", by: sample.authority)
        let other = try ToolIdentity("/CN=member", by: sample.authenticationAuthority)
        #expect(try authorities.signing.chain(from: signing.certificate, at: later).issuer == sample.authority.certificate)
        #expect(throws: PKIFailure.self) { try authorities.signing.chain(from: other.certificate, at: later) }
        for leaf in [sample.consumerServer, sample.providerServer] {
            _ = try authorities.authentication.chain(from: leaf.certificate, at: later)
        }
        #expect(authorities.certificateProfile(of: sample.authority.certificate) == SampleRegistry.profile)
        #expect(authorities.certificateProfile(of: sample.authenticationAuthority.certificate) == nil)
    }

    @Test func certificatesNameMembers() throws {
        let later = presentInstant().adding(seconds: 60)
        let signing = try snapshot.authorities(of: "AL-TEST").signing
        func chain(_ subject: String) throws -> VerifiedChain {
            try signing.chain(from: ToolIdentity(subject, by: sample.authority).certificate, at: later)
        }
        let named = try chain("/C=FI/O=Ministria/serialNumber=AL-TEST\\/SS1\\/GOV/CN=1")
        #expect(try snapshot.member(named: named, in: "AL-TEST") == client("AL-TEST/GOV/1").member)
        let stranger = try chain("/C=FI/O=X/serialNumber=AL-TEST\\/SS1\\/GOV/CN=9")
        #expect(throws: ConfigurationFailure.unknownMember(client("AL-TEST/GOV/9"))) {
            try snapshot.member(named: stranger, in: "AL-TEST")
        }
        let foreign = try chain("/C=FI/O=X/serialNumber=XX\\/SS1\\/GOV/CN=1")
        #expect(throws: ConfigurationFailure.unknownMember(client("XX/GOV/1"))) {
            try snapshot.member(named: foreign, in: "AL-TEST")
        }
        #expect(throws: ConfigurationFailure.self) { try snapshot.member(named: chain("/CN=1"), in: "AL-TEST") }
        #expect(throws: ConfigurationFailure.unknownInstance("XX")) { try snapshot.member(named: named, in: "XX") }
        let tls = try snapshot.authorities(of: "AL-TEST").authentication.chain(from: sample.providerServer.certificate, at: later)
        #expect(throws: ConfigurationFailure.unapprovedIssuer("CN=TLS Authority,O=Test")) {
            try snapshot.member(named: tls, in: "AL-TEST")
        }
    }

    @Test func respondersBelongToAnIssuer() throws {
        let authorities = try snapshot.authorities(of: "AL-TEST")
        let responders = authorities.responders(for: sample.authority.certificate)
        #expect(responders.map(\.url) == ["http://ocsp.example", "http://ocsp2.example"])
        #expect(responders.map(\.certificate) == [sample.responder.certificate, nil])
        #expect(authorities.responders(for: sample.authenticationAuthority.certificate).isEmpty)
        #expect(authorities.timeStamping.map(\.url) == ["http://tsa.example"])
        #expect(throws: ConfigurationFailure.unknownInstance("XX")) { try snapshot.authorities(of: "XX") }
    }

    @Test func expires() throws {
        try snapshot.requireValid(at: snapshot.expires)
        #expect(throws: ConfigurationFailure.expired(snapshot.expires)) {
            try snapshot.requireValid(at: Instant(millisecondsSince1970: snapshot.expires.millisecondsSince1970 + 1))
        }
    }

    @Test func hashFollowsContentAndVersionOnly() throws {
        let registry = try sample.registry()
        let shared = try Self.part(registry.shared)
        let confidential = Self.part(registry.privateParameters)
        let hash = try Self.bundle([shared, confidential]).hash
        #expect(hash == snapshot.hash)
        #expect(try Self.bundle([confidential, shared]).hash == hash)
        #expect(try Self.bundle([Self.part(registry.shared, expires: Self.now), confidential]).hash == hash)
        #expect(try Self.bundle([Self.part(registry.shared, version: 4), confidential]).hash != hash)
        #expect(try Self.bundle([Self.part(sample.registry([("Register", "Regjistri")]).shared), confidential]).hash != hash)
        #expect(try Self.bundle([shared]).hash != hash)
        #expect(ConfigurationHash(hexadecimal: hash.description) == hash)
        #expect(ConfigurationHash(hexadecimal: hash.description.uppercased()) == nil)
    }

    @Test func refusesInconsistentBundles() throws {
        let shared = try Self.part(sample.registry().shared)
        #expect(throws: ConfigurationFailure.duplicatePart("SHARED-PARAMETERS of AL-TEST")) { try Self.bundle([shared, shared]) }
        #expect(throws: ConfigurationFailure.missingPart("shared parameters of instance AL-TEST")) {
            try ConfigurationSnapshot(Self.bundle([]), at: Self.now)
        }
        let claimed = ConfigurationPart(
            content: .sharedParameters, instance: "AL-TEST", version: 5, expires: shared.expires,
            bytes: try SharedParameters(instance: "XX", ocspFreshnessSeconds: 1).encoded())
        #expect(throws: ConfigurationFailure.wrongInstance(expected: "AL-TEST", found: "XX")) {
            try ConfigurationSnapshot(Self.bundle([claimed]), at: Self.now)
        }
        var broken = try sample.registry().shared
        broken.approvedTSAs = [ApprovedTSA(name: "TSA", url: "http://tsa.example", certificate: [1, 2, 3])]
        #expect(throws: ConfigurationFailure.self) { try ConfigurationSnapshot(Self.bundle([Self.part(broken)]), at: Self.now) }
    }

    /// A federated instance brings its own members, authorities and servers, but cannot touch ours; expired, it is gone.
    @Test func federatedInstances() throws {
        var foreign = SharedParameters(instance: "XX", ocspFreshnessSeconds: 1)
        let member = MemberIdentifier(instance: "XX", memberClass: "GOV", memberCode: "1")
        foreign.members = [Member(identifier: member, name: "Foreign", subsystems: [])]
        foreign.securityServers = [
            SecurityServer(
                identifier: SecurityServerIdentifier(owner: member, serverCode: "SS1"), address: "198.51.100.1",
                authenticationCertificateHashes: [
                    sample.consumerServer.certificate.digest(.sha256), sample.authority.certificate.digest(.sha256),
                ], clients: [])
        ]
        let own = try Self.part(sample.registry().shared)
        let earlier = Self.now.adding(seconds: 60)
        let bundle = try Self.bundle([Self.part(foreign, expires: earlier), own])
        let federated = try ConfigurationSnapshot(bundle, at: Self.now)
        #expect(federated.instanceIdentifiers == ["AL-TEST", "XX"])
        #expect(federated.expires == own.expires)
        #expect(federated.contains(client("XX/GOV/1")))
        #expect(federated.ocspFreshnessSeconds == 1800)
        let owner = { federated.server(withAuthenticationCertificate: $0)?.identifier.owner.instance }
        #expect(owner(sample.consumerServer.certificate) == "AL-TEST")
        #expect(owner(sample.authority.certificate) == "XX")
        let after = Instant(millisecondsSince1970: earlier.millisecondsSince1970 + 1)
        #expect(try ConfigurationSnapshot(bundle, at: after).instanceIdentifiers == ["AL-TEST"])
        #expect(try federated.renewed(by: bundle, at: after).instanceIdentifiers == ["AL-TEST"])
        #expect(try federated.renewed(by: bundle, at: earlier).instanceIdentifiers == ["AL-TEST", "XX"])
    }

    @Test func renewal() throws {
        let registry = try sample.registry()
        let confidential = Self.part(registry.privateParameters)
        let renewed = try snapshot.renewed(
            by: Self.bundle([Self.part(registry.shared, expires: Self.now.adding(seconds: 500)), confidential]), at: Self.now)
        #expect(renewed.expires == Self.now.adding(seconds: 500))
        #expect(renewed.hash == snapshot.hash)
        #expect(renewed.servers(for: client("AL-TEST/GOV/1/MMIS")).count == 2)
        let changed = try snapshot.renewed(
            by: Self.bundle([Self.part(sample.registry([("127.0.1.2", "127.0.1.9")]).shared), confidential]), at: Self.now)
        #expect(changed.address(of: server("AL-TEST/GOV/2/SS2")) == "127.0.1.9")
    }
}
