import CentralServer
import Foundation
import GlobalConfiguration
import PKI
import Storage
import Synchronization
import TestSupport
import Testing
import XRoadModel

/// The client against our publisher, with a folder as store. Only the network between them is played.
@Suite struct ConfigurationClientTests {
    private static let start = Instant(secondsSince1970: 1_800_000_000)
    private let sample: SampleRegistry
    private let signer: ToolIdentity
    private let publisher: ConfigurationPublisher
    private let network = PlayedNetwork()
    private let store: TemporaryFolder

    init() throws {
        sample = try SampleRegistry.shared.get()
        signer = sample.authority
        publisher = try ConfigurationPublisher(
            registry: sample.registry(), key: signer.key, certificate: signer.certificate, at: Self.start)
        store = try TemporaryFolder()
        network.serve("cs.example", publisher)
    }

    private func at(_ seconds: Int64) -> Instant { Self.start.adding(seconds: seconds) }

    private func makeClient(_ anchor: ConfigurationAnchor? = nil) throws -> ConfigurationClient {
        let anchor = anchor ?? publisher.anchor(downloadURL: "http://cs.example/internalconf", generatedAt: Self.start)
        return ConfigurationClient(anchor: anchor, fetching: network, keeping: try ConfigurationFolder(path: store.url.path))
    }

    @Test func downloadsVerifiesAndStores() async throws {
        let client = try makeClient()
        let snapshot = try await client.refresh(at: at(1))
        #expect(snapshot.expires == at(600))
        #expect(try client.snapshot(at: at(600)).servers(for: GlobalConfigurationTests.client("AL-TEST/GOV/1/MMIS")).count == 2)
        #expect(network.requests.first == "http://cs.example/internalconf?version=5")
        #expect(network.requests.count == 3)

        let restarted = try makeClient()
        try await restarted.open(at: at(2))
        #expect(try restarted.snapshot(at: at(2)).hash == snapshot.hash)
        #expect(throws: ConfigurationFailure.expired(at(600))) { try restarted.snapshot(at: at(601)) }
    }

    /// Files that have not changed are not downloaded again, only the directory is.
    @Test func renewsTheEndOfValidity() async throws {
        let client = try makeClient()
        let first = try await client.refresh(at: at(1))
        try publisher.sign(at: at(60))
        let second = try await client.refresh(at: at(61))
        #expect(second.hash == first.hash)
        #expect(second.expires == at(660))
        #expect(network.requests.count == 4)
        let restarted = try makeClient()
        try await restarted.open(at: at(62))
        #expect(try restarted.snapshot(at: at(62)).expires == at(660))
    }

    @Test func followsTheRegistry() async throws {
        let client = try makeClient()
        let first = try await client.refresh(at: at(1))
        try publisher.replace(sample.registry([("127.0.1.2", "127.0.1.9")]), at: at(60))
        let second = try await client.refresh(at: at(61))
        #expect(second.address(of: server("AL-TEST/GOV/2/SS2")) == "127.0.1.9")
        #expect(second.hash != first.hash)
        // Private parameters were not fetched again.
        #expect(network.requests.count == 5)
        let kept = try await ConfigurationFolder(path: store.url.path).bundle(first.hash)
        #expect(kept?.hash == first.hash)
    }

    @Test func replayOfAnOlderConfigurationIsRefused() async throws {
        let client = try makeClient()
        let older = publisher.answer(path: "/internalconf", query: nil).body
        try publisher.replace(sample.registry([("127.0.1.2", "127.0.1.9")]), at: at(60))
        let current = try await client.refresh(at: at(61))
        network.replace("http://cs.example/internalconf?version=5", older)
        let expected = ConfigurationFailure.rolledBack(offered: at(600), current: at(660))
        await #expect(throws: expected) { try await client.refresh(at: at(62)) }
        #expect(try client.snapshot(at: at(62)).hash == current.hash)
        #expect(client.status.lastFailure == expected)
        // A restart forgets nothing.
        let restarted = try makeClient()
        try await restarted.open(at: at(63))
        await #expect(throws: expected) { try await restarted.refresh(at: at(63)) }
    }

    /// Two nodes of a central server sign the same content at different seconds.
    @Test func anEarlierEndOfTheSameContentChangesNothing() async throws {
        let client = try makeClient()
        let older = publisher.answer(path: "/internalconf", query: nil).body
        try publisher.sign(at: at(30))
        _ = try await client.refresh(at: at(31))
        network.replace("http://cs.example/internalconf?version=5", older)
        let snapshot = try await client.refresh(at: at(32))
        #expect(snapshot.expires == at(630))
        #expect(client.status.lastFailure == nil)
    }

    static let refused: [(name: String, failure: ConfigurationFailure, tamper: @Sendable (PlayedNetwork) -> Void)] = [
        (
            "altered file", .partAltered("/V5/private-params.xml"),
            { $0.tamper("private-params.xml") { $0 + [0x20] } }
        ),
        ("altered directory", .invalidSignature, { $0.tamper("internalconf") { $0.replacing("T08:10", with: "T09:10") } }),
        ("cut directory", .malformedDirectory("the multipart has no end"), { $0.tamper("internalconf") { $0.dropLast(40) } }),
        (
            "endless file", .tooLarge("/V5/shared-params.xml"),
            { $0.tamper("shared-params.xml") { $0 + [UInt8](repeating: 0x20, count: 33 << 20) } }
        ),
        (
            "endless directory", .tooLarge("the signed directory"),
            { $0.tamper("internalconf") { $0 + [UInt8](repeating: 0x0A, count: 2 << 20) } }
        ),
        ("nothing there", .notOffered(url: "http://cs.example/internalconf"), { $0.tamper("internalconf") { _ in nil } }),
        (
            "file missing", .notOffered(url: "http://cs.example/V5/shared-params.xml"),
            { $0.tamper("shared-params.xml") { _ in nil } }
        ),
    ]

    @Test(arguments: refused)
    func refuses(_ vector: (name: String, failure: ConfigurationFailure, tamper: @Sendable (PlayedNetwork) -> Void)) async throws
    {
        let client = try makeClient()
        vector.tamper(network)
        let failure = try await #require(throws: ConfigurationFailure.self) { try await client.refresh(at: at(1)) }
        guard case .noUsableSource(let failures) = failure else { return #expect(Bool(false), "\(failure)") }
        // The addresses of files hold a hash.
        let said = try #require(failures.first).failure.description.replacing(/\/V5\/[0-9a-f]{32}/, with: "/V5")
        #expect(said == vector.failure.description)
        #expect(client.status.phase(at: at(1)) == .missing)
    }

    @Test func expiredDirectoryIsRefused() async throws {
        let client = try makeClient()
        let failures = [SourceFailure(url: "http://cs.example/internalconf", failure: .expired(at(600)))]
        await #expect(throws: ConfigurationFailure.noUsableSource(failures)) { try await client.refresh(at: at(601)) }
    }

    @Test func fallsBackToAnOlderVersion() async throws {
        let body = publisher.answer(path: "/internalconf", query: nil).body
        network.replace("http://cs.example/internalconf?version=5", nil)
        network.replace("http://cs.example/internalconf?version=4", nil)
        network.replace("http://cs.example/internalconf?version=3", body)
        let client = try makeClient()
        _ = try await client.refresh(at: at(1))
        #expect(network.requests.prefix(3).map { $0.suffix(1) } == ["5", "4", "3"])
    }

    /// The next source is tried, and remembered.
    @Test func anotherSourceHelps() async throws {
        let source = { ConfigurationAnchor.Source(downloadURL: $0, verificationCertificates: [signer.certificate.der]) }
        let anchor = ConfigurationAnchor(
            generatedAt: nil, instance: "AL-TEST",
            sources: [source("http://down.example/internalconf"), source("http://cs.example/internalconf")])
        let client = try makeClient(anchor)
        _ = try await client.refresh(at: at(1))
        let before = network.requests.count
        _ = try await client.refresh(at: at(2))
        #expect(network.requests.dropFirst(before).first == "http://cs.example/internalconf?version=5")
    }

    /// Shared parameters announce a new signing key before it is used; no new anchor is needed.
    @Test func signingKeysRotate() async throws {
        let client = try makeClient()
        let next = try ToolIdentity("/CN=next key")
        var shared = try sample.registry().shared
        shared.sources = [
            PublishedSource(
                address: "cs.example", internalVerificationCertificates: [signer.certificate.der, next.certificate.der],
                externalVerificationCertificates: [])
        ]
        try network.publish(shared, sample.registry().privateParameters, signedBy: signer, until: at(600))
        _ = try await client.refresh(at: at(1))
        try network.publish(shared, sample.registry().privateParameters, signedBy: next, until: at(660))
        #expect(try await client.refresh(at: at(61)).expires == at(660))
        let stranger = try ToolIdentity("/CN=stranger")
        try network.publish(shared, sample.registry().privateParameters, signedBy: stranger, until: at(720))
        await #expect(throws: ConfigurationFailure.self) { try await client.refresh(at: at(121)) }
        #expect(try client.snapshot(at: at(121)).expires == at(660))
    }

    /// PR-GCONF 3.2: the first source has private parameters only, which name the source of the shared ones.
    @Test func detachedSharedParameters() async throws {
        var confidential = try sample.registry().privateParameters
        try network.publish(sample.registry().shared, nil, signedBy: sample.responder, until: at(500), host: "shared.example")
        confidential.anchors = [
            ConfigurationAnchor(
                generatedAt: nil, instance: "AL-TEST",
                sources: [
                    .init(
                        downloadURL: "http://shared.example/internalconf",
                        verificationCertificates: [sample.responder.certificate.der])
                ])
        ]
        try network.publish(nil, confidential, signedBy: signer, until: at(600))
        let snapshot = try await makeClient().refresh(at: at(1))
        #expect(snapshot.expires == at(500))
        #expect(snapshot.bundle.directories.count == 2)

        confidential.anchors = []
        try network.publish(nil, confidential, signedBy: signer, until: at(700))
        await #expect(throws: ConfigurationFailure.missingPart("shared parameters of instance AL-TEST")) {
            try await makeClient().refresh(at: at(2))
        }
    }

    @Test(arguments: ["http://other.example/shared-params.xml", "//other.example/x", "../../etc/passwd"])
    func filesElsewhereAreNotFetched(location: String) async throws {
        try network.publish(
            sample.registry().shared, sample.registry().privateParameters, signedBy: signer, until: at(600), location: location)
        let failures = [SourceFailure(url: "http://cs.example/internalconf", failure: .foreignLocation(location))]
        await #expect(throws: ConfigurationFailure.noUsableSource(failures)) { try await makeClient().refresh(at: at(1)) }
        #expect(network.requests.allSatisfy { $0.hasPrefix("http://cs.example/") })
    }

    @Test func anotherInstanceIsRefused() async throws {
        let anchor = ConfigurationAnchor(
            generatedAt: nil, instance: "XX",
            sources: [.init(downloadURL: "http://cs.example/internalconf", verificationCertificates: [signer.certificate.der])])
        let client = try makeClient(anchor)
        let failure = ConfigurationFailure.wrongInstance(expected: "XX", found: "AL-TEST")
        await #expect(throws: ConfigurationFailure.noUsableSource([.init(url: anchor.sources[0].downloadURL, failure: failure)]))
        {
            try await client.refresh(at: at(1))
        }
        // What another instance has stored is not taken up either.
        _ = try await makeClient().refresh(at: at(1))
        try await client.open(at: at(1))
        #expect(client.status.phase(at: at(1)) == .missing)
    }
}

/// The network between client and publisher: hosts, and what a test puts in place of their answers.
final class PlayedNetwork: ConfigurationFetching {
    private struct State {
        var hosts: [String: ConfigurationPublisher] = [:]
        var answers: [String: [UInt8]?] = [:]
        var alterations: [String: @Sendable ([UInt8]) -> [UInt8]?] = [:]
        var requests: [String] = []
    }
    private let state = Mutex(State())

    var requests: [String] { state.withLock { $0.requests } }

    func serve(_ host: String, _ publisher: ConfigurationPublisher) { state.withLock { $0.hosts[host] = publisher } }

    func replace(_ url: String, _ answer: [UInt8]?) { state.withLock { $0.answers[url] = .some(answer) } }

    /// Alters every answer whose path ends with `name`.
    func tamper(_ name: String, _ alteration: @escaping @Sendable ([UInt8]) -> [UInt8]?) {
        state.withLock { $0.alterations[name] = alteration }
    }

    /// Publishes parameters that our publisher would not.
    func publish(
        _ shared: SharedParameters?, _ confidential: PrivateParameters?, signedBy signer: ToolIdentity, until: Instant,
        host: String = "cs.example", location: String = "/shared"
    ) throws {
        var entries: [SignedDirectory.Entry] = []
        for (content, instance, path, bytes) in [
            (ContentIdentifier.privateParameters, confidential?.instance, "/private", confidential?.encoded()),
            (.sharedParameters, shared?.instance, location, try shared?.encoded()),
        ] {
            guard let bytes else { continue }
            entries.append(
                .init(
                    content: content, instance: instance, location: path, hashAlgorithm: .sha512,
                    hash: DigestAlgorithm.sha512.digest(bytes)))
            replace("http://\(host)\(path)", bytes)
        }
        let directory = SignedDirectory(expires: until, version: 5, entries: entries)
        replace(
            "http://\(host)/internalconf?version=5", try directory.signed(with: signer.key, certificate: signer.certificate))
    }

    func fetch(_ url: String, maximumBytes: Int) async throws(ConfigurationFailure) -> [UInt8]? {
        let parts = url.dropFirst("http://".count).split(separator: "/", maxSplits: 1)
        let target = parts[1].split(separator: "?", maxSplits: 1).map(String.init)
        let found = state.withLock { state -> ([UInt8]?, isReachable: Bool) in
            state.requests.append(url)
            if let answer = state.answers[url] { return (answer, true) }
            guard let publisher = state.hosts[String(parts[0])] else { return (nil, false) }
            let answer = publisher.answer(path: "/\(target[0])", query: target.count > 1 ? target[1] : nil)
            guard answer.status == 200 else { return (nil, true) }
            let alteration = state.alterations.first { target[0].hasSuffix($0.key) }?.value
            return (alteration.map { $0(answer.body) } ?? answer.body, true)
        }
        guard found.isReachable else { throw .unreachable(url: url, reason: "connection refused") }
        return found.0
    }
}

extension [UInt8] {
    func replacing(_ text: String, with other: String) -> [UInt8] {
        Array(String(decoding: self, as: UTF8.self).replacing(text, with: other).utf8)
    }
}
