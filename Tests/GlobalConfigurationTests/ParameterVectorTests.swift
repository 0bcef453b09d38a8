import GlobalConfiguration
import TestSupport
import Testing
import XRoadModel

/// Parameter files made by X-Road.
@Suite struct ParameterVectorTests {
    static let shared: [(path: String, version: Int)] = [
        ("globalconf_good_v2/EE", 2), ("globalconf_good_v2/bar", 2), ("globalconf_good_v2/foo", 2),
        ("globalconf_good_v3/EE", 3), ("globalconf_good_v3/bar", 3), ("globalconf_good_v3/foo_v2", 2),
        ("globalconf_good_v4/EE", 4), ("globalconf_good_v4/baz_v3", 3),
        ("globalconf_good_v5/EE", 5), ("globalconf_good_v5/bar", 3), ("globalconf_good_v5/qux_v4", 4),
        ("globalconf_good_v6/EE", 6), ("globalconf_good_v6/quux_v5", 5), ("globalconf_good2_v3/DEV", 3),
    ]

    @Test(arguments: shared)
    func readsShared(_ vector: (path: String, version: Int)) throws {
        guard let bytes = try Vectors.bytes("globalconf/\(vector.path)/shared-params.xml") else { return }
        let parameters = try SharedParameters(reading: bytes, version: vector.version)
        #expect(vector.path.split(separator: "/").last.map(String.init) == parameters.instance)
        #expect(!parameters.members.isEmpty)
        #expect(!parameters.approvedCAs.isEmpty)
        #expect(parameters.ocspFreshnessSeconds > 0)
    }

    @Test func readsEverythingOfVersion5() throws {
        guard let bytes = try Vectors.bytes("globalconf/globalconf_good_v5/EE/shared-params.xml") else { return }
        let parameters = try SharedParameters(reading: bytes, version: 5)
        #expect(parameters.sources.map(\.address) == ["cs0"])
        #expect(parameters.approvedCAs.map(\.name) == ["pki1", "pki2", "pki3", "pki4", "pki5 with intermediate certs"])
        #expect(parameters.approvedCAs.map(\.authenticationOnly) == [false, true, false, true, true])
        #expect(parameters.approvedCAs[4].intermediates.count == 3)
        #expect(
            parameters.approvedCAs[0].top.responders.map(\.url) == ["http://127.0.0.1:8082/ocsp", "http://www.example.net/ocsp"])
        #expect(parameters.approvedTSAs.map(\.url) == ["http://www.foo.bar"])
        let foo = try #require(parameters.members.last)
        #expect(foo.identifier.description == "EE/BUSINESS/foo")
        #expect(foo.name == "Org with no address")
        #expect(foo.subsystems.map(\.name) == ["FOO Subsystem", nil])
        #expect(
            parameters.securityServers.map(\.address) == ["127.0.0.1", "https://www.foo.com/bar", nil, "https://foo.bar.baz"])
        #expect(
            parameters.securityServers[0].clients.map(\.description)
                == ["EE/BUSINESS/consumer", "EE/BUSINESS/foo", "EE/BUSINESS/foo/foosubsystem"])
        #expect(parameters.securityServers.map(\.maintenance?.message) == [nil, nil, nil, "Test maintenance mode"])
        #expect(parameters.globalGroups[0].members.first?.description == "EE/BUSINESS/member1/subsys")
        #expect(parameters.memberClasses.map(\.code) == ["BUSINESS"])
        #expect(parameters.ocspFreshnessSeconds == 42)
    }

    @Test(arguments: ["globalconf_good_v2/EE", "globalconf_good_v5/EE"])
    func readsPrivate(_ path: String) throws {
        guard let bytes = try Vectors.bytes("globalconf/\(path)/private-params.xml") else { return }
        let parameters = try PrivateParameters(reading: bytes)
        #expect(parameters.instance == "EE")
        #expect(parameters.managementService.registrationAddress == "http://mgmt.com:1234")
        #expect(parameters.managementService.provider.description == "EE/BUSINESS/servicemember2")
        #expect(parameters.anchors.map(\.instance) == ["bar"])
        #expect(parameters.timeStampingIntervalSeconds == 123)
    }

    @Test func readsAnchors() throws {
        guard let first = try Vectors.bytes("globalconf/configuration-anchor1.xml"),
            let second = try Vectors.bytes("globalconf/configuration-anchor2.xml")
        else { return }
        let anchor = try ConfigurationAnchor(reading: first)
        #expect(anchor.instance == "EE")
        #expect(anchor.sources.map(\.verificationCertificates.count) == [2, 1, 1])
        #expect(anchor.sources.first?.downloadURL == "http://www.bar.com/conf")
        #expect(try ConfigurationAnchor(reading: second).sources.isEmpty == false)
    }

    @Test func malformedFilesAreRefused() throws {
        guard let bytes = try Vectors.bytes("globalconf/globalconf_malformed/foo/shared-params.xml") else { return }
        #expect(throws: ConfigurationFailure.self) { try SharedParameters(reading: bytes, version: 5) }
        #expect(throws: ConfigurationFailure.self) { try PrivateParameters(reading: bytes) }
    }
}
