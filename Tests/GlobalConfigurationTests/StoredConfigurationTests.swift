import CentralServer
import Foundation
import GlobalConfiguration
import PKI
import Storage
import TestSupport
import Testing
import XRoadModel

/// Configurations that a server of ours has kept, verified again offline from the anchor on.
@Suite struct StoredConfigurationTests {
    private static let start = Instant(secondsSince1970: 1_800_000_000)
    private let sample: SampleRegistry
    private let network = PlayedNetwork()
    private let store: TemporaryFolder

    init() throws {
        sample = try SampleRegistry.shared.get()
        store = try TemporaryFolder()
    }

    private func at(_ seconds: Int64) -> Instant { Self.start.adding(seconds: seconds) }

    private func anchor(_ signer: ToolIdentity? = nil, instance: String = "AL-TEST") -> ConfigurationAnchor {
        let certificate = (signer ?? sample.authority).certificate.der
        return ConfigurationAnchor(
            generatedAt: nil, instance: instance,
            sources: [.init(downloadURL: "http://cs.example/internalconf", verificationCertificates: [certificate])])
    }

    private func makeClient() throws -> ConfigurationClient {
        ConfigurationClient(anchor: anchor(), fetching: network, keeping: try ConfigurationFolder(path: store.url.path))
    }

    private func shared(_ freshness: Int64, naming keys: [ToolIdentity] = []) throws -> SharedParameters {
        var shared = try sample.registry().shared
        shared.ocspFreshnessSeconds = freshness
        shared.sources = [
            PublishedSource(
                address: "cs.example", internalVerificationCertificates: keys.map(\.certificate.der),
                externalVerificationCertificates: [])
        ]
        return shared
    }

    /// Publishes, and lets the server of the folder follow.
    @discardableResult
    private func keep(
        _ client: ConfigurationClient, _ shared: SharedParameters, by signer: ToolIdentity? = nil, until: Int64
    ) async throws -> ConfigurationHash {
        let confidential = try sample.registry().privateParameters
        try network.publish(shared, confidential, signedBy: signer ?? sample.authority, until: at(until))
        return try await client.refresh(at: at(until - 600)).hash
    }

    private func stored() throws -> StoredConfigurations { try StoredConfigurations(path: store.url.path) }

    @Test func verifiedFromTheAnchor() async throws {
        let hash = try await keep(makeClient(), shared(1), until: 600)
        let stored = try stored()
        let entry = try stored.entry(hash)
        let verified = try stored.bundle(entry, verifiedFrom: anchor())
        #expect(verified == (try stored.bundle(entry)))
        #expect(verified.expires == at(600))
        let stranger = try ToolIdentity("/CN=stranger")
        #expect(throws: ConfigurationFailure.unknownVerificationCertificate) {
            try stored.bundle(entry, verifiedFrom: anchor(stranger))
        }
        #expect(throws: ConfigurationFailure.wrongInstance(expected: "AL", found: "AL-TEST")) {
            try stored.bundle(entry, verifiedFrom: anchor(instance: "AL"))
        }
        // `current` and the folder itself lead to the same.
        for path in ["current", hash.description] {
            let direct = try StoredConfigurations(path: store.url.appendingPathComponent(path).path)
            #expect(direct.entries.map(\.hash) == [hash])
            #expect(try direct.bundle(direct.entry(hash), verifiedFrom: anchor()) == verified)
        }
    }

    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: String
        let change: @Sendable (inout String) -> Void
        /// With the anchor; without it, where that is noticed too.
        let reason: String
        var reasonWithout: String?
    }

    static let tamperings = [
        Tampering(
            testDescription: "a part", file: "AL-TEST/shared-params.xml",
            change: { $0 = $0.replacingOccurrences(of: "127.0.1.1", with: "127.9.9.9") }, reason: "is damaged",
            reasonWithout: "is damaged"),
        Tampering(
            testDescription: "a version", file: "AL-TEST/shared-params.xml.metadata",
            change: { $0 = $0.replacingOccurrences(of: #""5""#, with: #""4""#) }, reason: "is damaged",
            reasonWithout: "is damaged"),
        Tampering(
            testDescription: "the signed directory", file: ".directories/0",
            change: { $0 = $0.replacingOccurrences(of: "2027-01-15", with: "2037-01-15") },
            reason: "the signature does not verify"),
        Tampering(
            testDescription: "half of the signed directory", file: ".directories/0",
            change: { $0 = String($0.prefix(400)) }, reason: "the multipart has no end"),
        Tampering(
            testDescription: "the instance", file: "instance-identifier", change: { $0 = "XX" }, reason: "is damaged",
            reasonWithout: "is damaged"),
    ]

    @Test(arguments: tamperings) func tampered(_ tampering: Tampering) async throws {
        let hash = try await keep(makeClient(), shared(1), until: 600)
        let file = store.url.appendingPathComponent("\(hash)/\(tampering.file)")
        var text = try String(contentsOf: file, encoding: .utf8)
        let before = text
        tampering.change(&text)
        #expect(text != before)
        try text.write(to: file, atomically: false, encoding: .utf8)
        let stored = try stored()
        let failure = #expect(throws: ConfigurationFailure.self) {
            try stored.bundle(stored.entry(hash), verifiedFrom: anchor())
        }
        #expect("\(failure as Any)".contains(tampering.reason), "\(failure as Any)")
        if let reason = tampering.reasonWithout {
            let failure = #expect(throws: ConfigurationFailure.self) { try stored.bundle(stored.entry(hash)) }
            #expect("\(failure as Any)".contains(reason), "\(failure as Any)")
        }
    }

    /// Whoever can write to the folder can rename it after its content; the anchor notices nevertheless.
    @Test func consistentForgery() async throws {
        let hash = try await keep(makeClient(), shared(1), until: 600)
        let genuine = try stored().bundle(stored().entry(hash))
        let forged = try SharedParameters(instance: "AL-TEST", ocspFreshnessSeconds: 1_000_000).encoded()
        let parts = genuine.parts.map {
            ConfigurationPart(
                content: $0.content, instance: $0.instance, version: $0.version, expires: $0.expires,
                bytes: $0.content == .sharedParameters ? forged : $0.bytes)
        }
        let bundle = try ConfigurationBundle(instance: "AL-TEST", parts: parts, directories: genuine.directories)
        try await ConfigurationFolder(path: store.url.path).keep(bundle)
        let stored = try stored()
        #expect(try stored.bundle(stored.entry(bundle.hash)) == bundle)
        #expect(throws: ConfigurationFailure.partAltered("/shared")) {
            try stored.bundle(stored.entry(bundle.hash), verifiedFrom: anchor())
        }
        // A part more than the directory lists.
        let more = parts.map { $0.content == .sharedParameters ? genuine.part(.sharedParameters, of: "AL-TEST") ?? $0 : $0 }
        let foreign = try SharedParameters(instance: "XX", ocspFreshnessSeconds: 1).encoded()
        let added = try ConfigurationBundle(
            instance: "AL-TEST",
            parts: more + [
                ConfigurationPart(content: .sharedParameters, instance: "XX", version: 5, expires: at(600), bytes: foreign)
            ], directories: genuine.directories)
        #expect(throws: ConfigurationFailure.unlistedPart("SHARED-PARAMETERS of XX")) { try anchor().verify(added) }
        let bare = try ConfigurationBundle(instance: "AL-TEST", parts: genuine.parts, directories: [])
        #expect(throws: ConfigurationFailure.missingPart("signed directory to verify it by")) { try anchor().verify(bare) }
    }

    /// The end of validity is what the source has signed, not what stands beside the part.
    @Test func endOfValidityIsTheSignedOne() async throws {
        let hash = try await keep(makeClient(), shared(1), until: 600)
        for name in ["shared-params", "private-params"] {
            let file = store.url.appendingPathComponent("\(hash)/AL-TEST/\(name).xml.metadata")
            let text = try String(contentsOf: file, encoding: .utf8).replacingOccurrences(of: "2027-01-15", with: "2037-01-15")
            try text.write(to: file, atomically: false, encoding: .utf8)
        }
        let stored = try stored()
        #expect(try stored.bundle(stored.entry(hash)).expires > at(1_000_000))
        #expect(try stored.bundle(stored.entry(hash), verifiedFrom: anchor()).expires == at(600))
    }

    /// One content after the other, and the first one again.
    @Test func theOneInForce() async throws {
        let client = try makeClient()
        let first = try await keep(client, shared(1), until: 600)
        let second = try await keep(client, shared(2), until: 4000)
        let third = try await keep(client, shared(3), until: 8000)
        let stored = try stored()
        #expect(stored.entries.map(\.hash) == [first, second, third])
        for (seconds, expected) in [
            (-10_000, first), (0, first), (600, first), (601, second), (4000, second), (4001, third), (99_999, third),
        ] {
            #expect(stored.entry(at: at(Int64(seconds))).hash == expected, "\(seconds)")
        }
        let unknown = try #require(ConfigurationHash(hexadecimal: String(repeating: "0", count: 64)))
        #expect(throws: ConfigurationFailure.storage("there is no configuration \(unknown)")) { try stored.entry(unknown) }
    }

    /// Keys that the source has replaced since the anchor was made are followed from configuration to configuration.
    @Test func replacedKeys() async throws {
        let (second, third) = (try ToolIdentity("/CN=second"), try ToolIdentity("/CN=third"))
        let client = try makeClient()
        let first = try await keep(client, shared(1, naming: [sample.authority, second]), until: 600)
        let next = try await keep(client, shared(2, naming: [second, third]), by: second, until: 1200)
        let last = try await keep(client, shared(3, naming: [third]), by: third, until: 1800)
        let stored = try stored()
        for hash in [first, next, last] {
            #expect(try stored.bundle(stored.entry(hash), verifiedFrom: anchor()).hash == hash)
        }
        // Without the one in between nothing leads to the last.
        try await ConfigurationFolder(path: store.url.path).discard([next])
        let gap = try self.stored()
        #expect(throws: ConfigurationFailure.unknownVerificationCertificate) {
            try gap.bundle(gap.entry(last), verifiedFrom: anchor())
        }
        #expect(try gap.bundle(gap.entry(last), verifiedFrom: anchor(third)).hash == last)
    }

    /// The same content, signed anew with another key: the directory that it came with first is kept.
    @Test func replacedKeyOfTheSameContent() async throws {
        let second = try ToolIdentity("/CN=second")
        let client = try makeClient()
        let content = try shared(1, naming: [sample.authority, second])
        let hash = try await keep(client, content, until: 600)
        try await keep(client, content, until: 700)
        try await keep(client, content, by: second, until: 1200)
        let stored = try stored()
        let verified = try stored.bundle(stored.entry(hash), verifiedFrom: anchor())
        #expect(verified.expires == at(1200))
        #expect(verified.firstDirectories.count == 1)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: store.url.appendingPathComponent("\(hash)/.directories").path)
        #expect(Set(names) == ["0", "first-0"])

        // So it is in a copy.
        let copy = try TemporaryFolder()
        let target = copy.url.appendingPathComponent("copy").path
        try ConfigurationFolder.copy(hash, from: store.url.path, to: target)
        let copied = try StoredConfigurations(path: target)
        #expect(try copied.bundle(copied.entry(hash), verifiedFrom: anchor()).expires == at(1200))
    }

    /// Shared parameters from a source of their own, which the private ones name.
    @Test func detachedSharedParameters() async throws {
        var confidential = try sample.registry().privateParameters
        confidential.anchors = [
            ConfigurationAnchor(
                generatedAt: nil, instance: "AL-TEST",
                sources: [
                    .init(
                        downloadURL: "http://shared.example/internalconf",
                        verificationCertificates: [sample.responder.certificate.der])
                ])
        ]
        try network.publish(shared(1), nil, signedBy: sample.responder, until: at(500), host: "shared.example")
        try network.publish(nil, confidential, signedBy: sample.authority, until: at(600))
        let hash = try await makeClient().refresh(at: at(1)).hash
        let stored = try stored()
        #expect(try stored.bundle(stored.entry(hash), verifiedFrom: anchor()).expires == at(500))
        // Nothing but the private parameters may name that source.
        let file = store.url.appendingPathComponent("\(hash)/.directories/1")
        let directory = SignedDirectory(expires: at(900), version: 5, entries: [])
        let stranger = try ToolIdentity("/CN=stranger")
        try Data(directory.signed(with: stranger.key, certificate: stranger.certificate)).write(to: file)
        #expect(throws: ConfigurationFailure.unknownVerificationCertificate) {
            try stored.bundle(stored.entry(hash), verifiedFrom: anchor())
        }
    }

    /// A folder of an X-Road server has no signed directories.
    @Test func folderOfAnotherServer() throws {
        guard let url = try Vectors.url("globalconf/globalconf_good2_v3") else { return }
        let stored = try StoredConfigurations(path: url.path)
        let entry = try #require(stored.entries.first)
        #expect(entry.hash == nil && stored.entries.count == 1)
        #expect(try stored.entry(stored.bundle(entry).hash) == entry)
        let failure = ConfigurationFailure.missingPart("signed directory to verify it by")
        #expect(throws: failure) { try stored.bundle(entry, verifiedFrom: anchor(instance: "DEV")) }
        #expect(throws: ConfigurationFailure.self) { try StoredConfigurations(path: "/nowhere") }
    }
}
