import Foundation
import GlobalConfiguration
import PKI
import Storage
import TestSupport
import Testing
import XRoadModel

/// Configuration folders of X-Road servers, and what X-Road finds in them.
@Suite struct ConfigurationFolderVectorTests {
    private static let now = Instant(secondsSince1970: 1_800_000_000)

    private func open(_ path: String, instance: String? = nil) throws -> ConfigurationSnapshot? {
        guard let url = try Vectors.url(path) else { return nil }
        return try ConfigurationSnapshot(ConfigurationFolder.read(url.path, instance: instance), at: Self.now)
    }

    private func certificate(_ name: String) throws -> Certificate {
        let pem = try #require(try Vectors.bytes("certificates/\(name).pem"))
        return try #require(try Certificate.all(pem: String(decoding: pem, as: UTF8.self)).first)
    }

    @Test(arguments: [
        ("globalconf/globalconf_good_v2", ["EE", "bar", "foo"]), ("globalconf/globalconf_good_v3", ["EE", "bar", "foo_v2"]),
        ("globalconf/globalconf_good_v4", ["EE", "bar", "baz_v3", "foo_v2"]),
        ("globalconf/globalconf_good_v5", ["EE", "bar", "baz_v3", "foo_v2", "qux_v4"]),
        ("globalconf/globalconf_good_v6", ["EE", "bar", "baz_v3", "foo_v2", "quux_v5", "qux_v4"]),
        ("globalconf/globalconf_good2_v3", ["DEV"]), ("transport-messages/captured/globalconf", ["DEV"]),
    ])
    func opens(path: String, instances: [String]) throws {
        guard let snapshot = try open(path) else { return }
        #expect(snapshot.instance == instances[0])
        #expect(snapshot.instanceIdentifiers == Set(instances))
        try snapshot.requireValid(at: Self.now)
    }

    @Test(arguments: ["globalconf_empty", "globalconf_malformed", "globalconf_missing_identifier"])
    func refuses(name: String) throws {
        guard try Vectors.url("globalconf/\(name)") != nil else { return }
        #expect(throws: ConfigurationFailure.self) { try open("globalconf/\(name)") }
    }

    @Test func theInstanceCanBeGiven() throws {
        guard let snapshot = try open("globalconf/globalconf_missing_identifier", instance: "baz_v3") else { return }
        #expect(snapshot.instance == "baz_v3")
        #expect(throws: ConfigurationFailure.self) { try open("globalconf/globalconf_missing_identifier", instance: "EE") }
    }

    /// The answers that X-Road's own tests expect of this folder.
    @Test(arguments: ["globalconf/globalconf_good_v5", "globalconf/globalconf_good_v6"])
    func lookups(path: String) throws {
        guard let snapshot = try open(path) else { return }
        let foo = client("EE/BUSINESS/foo")
        #expect(
            Set(snapshot.servers(for: foo).map(\.identifier.serverCode)) == [
                "producerServerCode", "fooServerCode", "FooBarServerCode",
            ])
        #expect(
            Set(snapshot.servers(for: client("EE/BUSINESS/consumer")).compactMap(\.address)) == [
                "127.0.0.1", "https://www.foo.com/bar",
            ])
        #expect(
            snapshot.isRegistered(client("EE/BUSINESS/foo/foosubsystem"), at: server("EE/BUSINESS/producer/producerServerCode")))
        #expect(!snapshot.isRegistered(client("EE/BUSINESS/foo/foosubsystem"), at: server("EE/BUSINESS/foo/FooBarServerCode")))
        #expect(snapshot.isMember(client("EE/BUSINESS/member1/subsys"), ofGroup: "Test group", in: "EE"))
        #expect(!snapshot.isMember(client("EE/BUSINESS/member2/subsys"), ofGroup: "Test group", in: "EE"))
        #expect(snapshot.ocspFreshnessSeconds == 42)
    }

    @Test func authorities() throws {
        guard let snapshot = try open("globalconf/globalconf_good_v5") else { return }
        let authorities = try snapshot.authorities(of: "EE")
        #expect(authorities.signing.anchors.count == 2)
        #expect(authorities.signing.intermediates.isEmpty)
        #expect(authorities.authentication.anchors.count == 5)
        let intermediates = try ["ca_1", "ca_2", "ca_3"].map { try certificate("test_chain/\($0)") }
        #expect(authorities.authentication.intermediates == intermediates)
        let root = try #require(authorities.signing.anchors.first)
        #expect(authorities.responders(for: root).map(\.url) == ["http://127.0.0.1:8082/ocsp", "http://www.example.net/ocsp"])
    }

    /// X-Road's test expects the server "fooServerCode" for the certificate "producer".
    @Test func serversByCertificate() throws {
        guard let snapshot = try open("globalconf/globalconf_good_v2") else { return }
        let server = { try snapshot.server(withAuthenticationCertificate: self.certificate($0))?.identifier.serverCode }
        #expect(try server("producer") == "fooServerCode")
        #expect(try server("consumer") == "consumerServerCode")
        #expect(try server("client") == nil)
    }

    /// Version 2, as X-Road 7.3 reads it: SHA-1 of authentication certificates.
    @Test func capturedConfiguration() throws {
        guard let snapshot = try open("transport-messages/captured/globalconf") else { return }
        #expect(snapshot.servers(for: client("DEV/COM/1234/TestService")).map(\.address) == ["127.0.0.12"])
        #expect(snapshot.privateParameters?.managementService.provider == client("DEV/COM/1234/TestService"))
        let authority = try #require(try snapshot.authorities(of: "DEV").signing.anchors.first)
        #expect(try snapshot.authorities(of: "DEV").responders(for: authority).first?.certificate != nil)
    }
}
