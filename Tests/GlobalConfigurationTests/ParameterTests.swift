import CentralServer
import GlobalConfiguration
import PKI
import TestSupport
import Testing
import XRoadModel

/// Parameter files and anchors that we write and read.
@Suite struct ParameterTests {
    private static let now = Instant(secondsSince1970: 1_800_000_000)
    private let sample: SampleRegistry

    init() throws { sample = try SampleRegistry.shared.get() }

    private func shared() throws -> SharedParameters {
        var shared = try sample.registry().shared
        shared.sources = [
            PublishedSource(
                address: "cs.example", internalVerificationCertificates: [[1, 2, 3]], externalVerificationCertificates: [[4]])
        ]
        return shared
    }

    @Test func readsWhatItWrites() throws {
        let shared = try shared()
        #expect(try SharedParameters(reading: shared.encoded(), version: 5) == shared)
        var confidential = try sample.registry().privateParameters
        #expect(try PrivateParameters(reading: confidential.encoded()) == confidential)
        confidential.anchors = [Self.anchor]
        #expect(try PrivateParameters(reading: confidential.encoded()) == confidential)
        #expect(try ConfigurationAnchor(reading: Self.anchor.encoded()) == Self.anchor)
    }

    private static let anchor = ConfigurationAnchor(
        generatedAt: now, instance: "AL-TEST",
        sources: [.init(downloadURL: "http://cs.example/internalconf?a=1&b=2", verificationCertificates: [[1], [2]])])

    /// xmllint and X-Road's schemas are the referee.
    @Test func whatItWritesIsValid() throws {
        let confidential = try sample.registry().privateParameters
        var federated = confidential
        federated.anchors = [Self.anchor]
        try Self.validate(shared().encoded(), "v5/shared-parameters.xsd", isValid: true)
        try Self.validate(sample.registry().shared.encoded(), "v5/shared-parameters.xsd", isValid: false)
        try Self.validate(confidential.encoded(), "v3/private-parameters.xsd", isValid: true)
        try Self.validate(federated.encoded(), "v3/private-parameters.xsd", isValid: true)
        try Self.validate(Self.anchor.encoded(), "v2/private-parameters.xsd", isValid: true)
    }

    private static func validate(_ file: [UInt8], _ schema: String, isValid: Bool) throws {
        guard let schema = try Vectors.url("../specs/x-road/xsd/globalconf/\(schema)") else { return }
        let result = try runTool("xmllint", ["--noout", "--nonet", "--schema", schema.path, "-"], input: file)
        #expect((result.status == 0) == isValid, "\(result.errors)")
    }

    @Test func aServerMayOnlyReferToMembers() throws {
        var shared = try shared()
        shared.members.removeLast()
        #expect(throws: ConfigurationFailure.unknownMember(client("AL-TEST/GOV/2/POPULATION"))) { try shared.encoded() }
    }

    /// Certificates in PEM within base64 are read as DER.
    @Test func certificatesInPEM() throws {
        let text = String(decoding: try shared().encoded(), as: UTF8.self)
        let certificate = sample.responder.certificate
        let pem = Base64.encode(Array(certificate.pem.utf8))
        let altered = text.replacing(Base64.encode(certificate.der), with: pem)
        #expect(altered != text)
        let read = try SharedParameters(reading: Array(altered.utf8), version: 5)
        #expect(read == (try shared()))
        let twice = text.replacing(
            Base64.encode(certificate.der), with: Base64.encode(Array((certificate.pem + certificate.pem).utf8)))
        #expect(throws: ConfigurationFailure.malformedParameters("cert is not one certificate in PEM")) {
            try SharedParameters(reading: Array(twice.utf8), version: 5)
        }
    }

    static let malformed: [(replaced: String, by: String, reason: String)] = [
        ("tns:conf", "tns:configuration", "the root element is not conf"),
        ("http://x-road.eu/xsd/xroad.xsd", "http://x-road.eu/xsd/other.xsd", "the root element is not conf"),
        ("<owner>id0</owner>", "<owner>id9</owner>", "owner refers to id9, which is no member or subsystem"),
        ("<owner>id0</owner>", "<owner>id1</owner>", "the owner of a security server is AL-TEST/GOV/1/MMIS"),
        ("<client>id3</client>", "<client/>", "client refers to , which is no member or subsystem"),
        ("id=\"id3\"", "id=\"id0\"", "identifier id0 is given twice"),
        ("<memberCode>2<", "<memberCode>1<", "AL-TEST/GOV/1 is listed twice"),
        ("<memberCode>2<", "<memberCode><", "memberCode of member is empty"),
        ("<memberCode>2<", "<memberCode>2</memberCode><memberCode>3<", "member has more than one memberCode"),
        ("<memberCode>2<", "<memberCode>2<!-- -->3<", "memberCode holds more than text"),
        ("<serverCode>SS2<", "<other>SS2<", "malformed"),
        ("<ocspFreshnessSeconds>1800", "<ocspFreshnessSeconds>-1", "ocspFreshnessSeconds is no number of seconds: -1"),
        ("<ocspFreshnessSeconds>1800", "<ocspFreshnessSeconds>x", "ocspFreshnessSeconds is no number of seconds: x"),
        (
            "<ocspFreshnessSeconds>1800", "<ocspFreshnessSeconds>9223372036854775807",
            "ocspFreshnessSeconds is no number of seconds: 9223372036854775807"
        ),
        ("<authenticationOnly>true<", "<authenticationOnly>yes<", "authenticationOnly is neither true nor false: yes"),
        ("<instanceIdentifier>AL-TEST<", "<instanceIdentifier><", "instanceIdentifier of conf is empty"),
        ("<?xml", "<!DOCTYPE x><?xml", "malformed"),
    ]

    @Test(arguments: malformed)
    func refuses(_ vector: (replaced: String, by: String, reason: String)) throws {
        let text = String(decoding: try shared().encoded(), as: UTF8.self)
        let altered = text.replacing(vector.replaced, with: vector.by)
        #expect(altered != text)
        let failure = try #require(throws: ConfigurationFailure.self) {
            try SharedParameters(reading: Array(altered.utf8), version: 5)
        }
        guard case .malformedParameters(let reason) = failure else { return #expect(Bool(false), "\(failure)") }
        if vector.reason != "malformed" { #expect(reason == vector.reason) }
    }

    @Test func oneIdentifierOfAServerCannotBeGivenTwice() throws {
        var shared = try shared()
        shared.securityServers.append(shared.securityServers[0])
        let twice = try shared.encoded()
        #expect(throws: ConfigurationFailure.malformedParameters("security server AL-TEST/GOV/1/SS1 is listed twice")) {
            try SharedParameters(reading: twice, version: 5)
        }
    }

    @Test(arguments: [1, 7])
    func refusesOtherVersions(version: Int) throws {
        let file = try shared().encoded()
        #expect(throws: ConfigurationFailure.unsupportedVersion("\(version)")) {
            try SharedParameters(reading: file, version: version)
        }
    }

    /// A group member whose identifier contradicts itself gets no rights.
    @Test func contradictoryGroupMembersCountForNothing() throws {
        let text = String(decoding: try shared().encoded(), as: UTF8.self)
        let altered = text.replacing("objectType=\"SUBSYSTEM\"", with: "objectType=\"MEMBER\"")
        #expect(altered != text)
        let parameters = try SharedParameters(reading: Array(altered.utf8), version: 5)
        #expect(parameters.globalGroups.map(\.members) == [[client("AL-TEST/GOV/2")]])
    }

    @Test(arguments: [
        ("<instanceIdentifier>AL-TEST</instanceIdentifier>", ""), ("2027-01-15T08:00:00.000Z", "yesterday"),
        ("<verificationCert>", "<verificationCert>!"), ("configurationAnchor", "conf"),
    ])
    func refusesAnchor(replaced: String, by: String) throws {
        let text = String(decoding: Self.anchor.encoded(), as: UTF8.self)
        let altered = text.replacing(replaced, with: by)
        #expect(altered != text)
        let failure = try #require(throws: ConfigurationFailure.self) { try ConfigurationAnchor(reading: Array(altered.utf8)) }
        guard case .malformedAnchor = failure else { return #expect(Bool(false), "\(failure)") }
    }
}
