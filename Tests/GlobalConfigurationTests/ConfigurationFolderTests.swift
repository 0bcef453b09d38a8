import Foundation
import GlobalConfiguration
import Storage
import TestSupport
import Testing
import XRoadModel

@Suite struct ConfigurationFolderTests {
    private static let now = Instant(secondsSince1970: 1_800_000_000)
    private let root: TemporaryFolder
    private let folder: ConfigurationFolder

    init() throws {
        root = try TemporaryFolder()
        folder = try ConfigurationFolder(path: root.url.path)
    }

    private func bundle(_ freshness: Int64 = 1, instance: String = "AL-TEST", expires: Instant = now) throws
        -> ConfigurationBundle
    {
        let part = ConfigurationPart(
            content: .sharedParameters, instance: instance, version: 5, expires: expires,
            bytes: try SharedParameters(instance: instance, ocspFreshnessSeconds: freshness).encoded())
        return try ConfigurationBundle(instance: instance, parts: [part], directories: [[1], [2, 3]])
    }

    private var entries: Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: root.url.path)) ?? [])
    }

    @Test func keepsWhatItIsGiven() async throws {
        #expect(try await folder.current() == nil)
        let (first, second) = (try bundle(1), try bundle(2))
        try await folder.keep(first)
        #expect(try await folder.current() == first)
        try await folder.keep(second)
        #expect(try await folder.current() == second)
        #expect(try await folder.bundle(first.hash) == first)
        #expect(entries == [first.hash.description, second.hash.description, "current"])
        #expect(try await ConfigurationFolder(path: root.url.path).current() == second)
    }

    @Test func sameContentGetsTheLaterEnd() async throws {
        try await folder.keep(bundle())
        let renewed = try bundle(expires: Self.now.adding(seconds: 60))
        try await folder.keep(renewed)
        #expect(try await folder.current() == renewed)
        #expect(entries.count == 2)
    }

    /// An instance identifier is a folder name of X-Road's; none leads out of the folder.
    @Test(arguments: ["..", ".", "../../x", "a b", "Shqipëria", "a/b", "%2E%2E", "+", ".directories", "x.y"])
    func instancesAreFolderNames(instance: String) async throws {
        let bundle = try bundle(instance: instance)
        try await folder.keep(bundle)
        #expect(try await folder.current() == bundle)
        let names = try FileManager.default.contentsOfDirectory(atPath: root.url.appendingPathComponent("current").path)
        #expect(names.count == 3, "\(names)")
    }

    @Test func discardsWhatIsSupersededAndNobodyNames() async throws {
        let bundles = try (1...4).map { try bundle(Int64($0)) }
        for bundle in bundles { try await folder.keep(bundle) }
        let yesterday = Date(timeIntervalSinceNow: -86_400)
        for bundle in bundles where bundle != bundles[2] {
            let directories = root.url.appendingPathComponent("\(bundle.hash)/.directories").path
            try FileManager.default.setAttributes([.modificationDate: yesterday], ofItemAtPath: directories)
        }
        let hourAgo = Instant(secondsSince1970: Int64(Date().timeIntervalSince1970) - 3600)
        #expect(try await folder.superseded(before: hourAgo) == [bundles[0].hash, bundles[1].hash])
        // Kept again: it may be acted by again.
        try await folder.keep(bundles[1])
        try await folder.keep(bundles[3])
        #expect(try await folder.superseded(before: hourAgo) == [bundles[0].hash])
        try await folder.discard([bundles[0].hash, bundles[3].hash])
        #expect(entries == Set(bundles.dropFirst().map { "\($0.hash)" } + ["current"]))
        #expect(try await folder.current() == bundles[3])
        #expect(try await folder.bundle(bundles[0].hash) == nil)
    }

    @Test func leftOversOfACrashGo() async throws {
        try await folder.keep(bundle())
        let kept = entries
        for name in [".new-left-over", ".old-left-over"] {
            try FileManager.default.createDirectory(at: root.url.appendingPathComponent(name), withIntermediateDirectories: false)
        }
        try folder.removeLeftOvers()
        #expect(entries == kept)
    }

    /// A second machine has the configuration that a message was verified under, and nothing else.
    @Test func copiesOneConfiguration() async throws {
        let (first, second) = (try bundle(1), try bundle(2))
        try await folder.keep(first)
        try await folder.keep(second)
        let other = try TemporaryFolder()
        let place = other.url.path + "/evidence/configuration"
        try ConfigurationFolder.copy(first.hash, from: root.url.path, to: place)
        #expect(try ConfigurationFolder.read(place) == first)
        try ConfigurationFolder.copy(first.hash, from: root.url.path, to: place)
        #expect(throws: ConfigurationFailure.storage("\(place) holds another configuration")) {
            try ConfigurationFolder.copy(second.hash, from: root.url.path, to: place)
        }
        let strange = try other.write("strange", [1]).deletingLastPathComponent().path
        #expect(throws: ConfigurationFailure.self) { try ConfigurationFolder.copy(first.hash, from: root.url.path, to: strange) }
        #expect(FileManager.default.fileExists(atPath: strange + "/strange"))
        try await folder.discard([first.hash])
        #expect(throws: ConfigurationFailure.storage("\(root.url.path) has no configuration \(first.hash)")) {
            try ConfigurationFolder.copy(first.hash, from: root.url.path, to: place)
        }
        let file = root.url.appendingPathComponent("\(second.hash)/AL-TEST/shared-params.xml")
        try Data(second.parts[0].bytes + [0x20]).write(to: file)
        #expect(throws: ConfigurationFailure.storage("configuration \(second.hash) is damaged")) {
            try ConfigurationFolder.copy(second.hash, from: root.url.path, to: other.url.path + "/elsewhere")
        }
    }

    @Test func damageIsNoticed() async throws {
        let bundle = try bundle()
        try await folder.keep(bundle)
        let file = root.url.appendingPathComponent("current/AL-TEST/shared-params.xml")
        try Data(bundle.parts[0].bytes + [0x20]).write(to: file)
        await #expect(throws: ConfigurationFailure.storage("configuration \(bundle.hash) is damaged")) {
            try await folder.current()
        }
    }

    @Test(arguments: [0o777, 0o770, 0o702])
    func othersMayNotWrite(mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: root.url.path)
        #expect(throws: ConfigurationFailure.storage("others can write to \(root.url.path)")) {
            try ConfigurationFolder(path: root.url.path)
        }
    }

    /// What a crash leaves at each step of `keep` (see there); the next start finds the former bundle, the next call completes.
    @Test(arguments: ["unfinished bundle", "bundle without link", "link under another name"])
    func survivesACrash(state: String) async throws {
        let (former, next) = (try bundle(1), try bundle(2))
        try await folder.keep(former)
        let file = { self.root.url.appendingPathComponent($0) }
        switch state {
        case "unfinished bundle":
            try FileManager.default.createDirectory(at: file(".new-\(next.hash)"), withIntermediateDirectories: false)
            try Data("AL".utf8).write(to: file(".new-\(next.hash)/instance-identifier"))
        case "bundle without link":
            try await folder.keep(next)
            try FileManager.default.removeItem(at: file("current"))
            try FileManager.default.createSymbolicLink(atPath: file("current").path, withDestinationPath: "\(former.hash)")
        default:
            try FileManager.default.createSymbolicLink(atPath: file(".current-new").path, withDestinationPath: "\(next.hash)")
        }
        let restarted = try ConfigurationFolder(path: root.url.path)
        #expect(try await restarted.current() == former)
        try await restarted.keep(next)
        #expect(try await restarted.current() == next)
        #expect(entries == [former.hash.description, next.hash.description, "current"])
    }

    /// Half of the files carry the later end of validity: the earliest counts.
    @Test func halfRenewedBundle() async throws {
        try await folder.keep(bundle(expires: Self.now))
        let metadata = root.url.appendingPathComponent("current/AL-TEST/shared-params.xml.metadata")
        #expect(
            try String(contentsOf: metadata, encoding: .utf8) == """
                {"configurationVersion":"5","contentIdentifier":"SHARED-PARAMETERS","expirationDate":"2027-01-15T08:00:00Z",\
                "instanceIdentifier":"AL-TEST"}
                """)
        #expect(try await folder.current()?.expires == Self.now)
    }
}
