import Foundation
import GlobalConfiguration
import Logging
import MessageLog
import PKI
import SignedDocuments
import Storage
import TestSupport
import Testing
import XRoadModel

@testable import Ura

/// What the server removes by itself, and what it must not.
@Suite struct RetentionTests {
    private static let logged = Instant(secondsSince1970: 1_790_000_000)
    private static let later = logged.adding(seconds: 40 * 86_400)
    private static let client = ClientIdentifier(
        member: MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "GAM"), subsystemCode: "mmis")
    private let temporary: TemporaryFolder
    private let folder: StateFolder
    private let journal: SQLiteJournal
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        temporary = try TemporaryFolder()
        folder = try StateFolder(temporary.url.path + "/state")
        var bounds = JournalSettings()
        bounds.passphraseCost = PassphraseCost(iterations: 1024, blockSize: 8, parallelism: 1) ?? .standard
        journal = try SQLiteJournal(folder: folder.log, passphrase: SecretBytes(Array("secret".utf8)), settings: bounds)
    }

    private func append(_ number: Int, retentionDays: Int?, configuration: [UInt8] = [1]) async throws {
        let entry = LogEntry(
            time: Self.logged, side: .consumer, direction: .request, kind: .rest, requestIdentifier: "r\(number)",
            messageIdentifier: "m\(number)", client: Self.client,
            service: ServiceIdentifier(provider: Self.client, serviceCode: "s\(number)"))
        let record = LogRecord(
            entry: entry, owner: Self.client.member, policy: LogPolicy(retentionDays: retentionDays),
            messagePart: Array("message".utf8), signature: SignatureData(signature: Array("<signature/>".utf8), hashChain: nil),
            configurationHash: configuration)
        _ = try await journal.append(record)
    }

    private func job() throws -> RetentionJob {
        let text = """
            identifier: XK/GOV/GAM/SS1
            stateFolder: state
            passphraseFile: passphrase
            configuration: { anchor: anchor.xml }
            listeners:
              informationSystems: { address: 127.0.0.1 }
              peers: { address: 127.0.0.1 }
              ocspRelay: { address: 127.0.0.1 }
            authentication: { key: a.key, certificate: a.pem }
            """
        let settings = try SettingsSection.read(file: "s.yaml", text: text, environment: [:]) { root throws(SettingsError) in
            try SecurityServerSettings(root, folder: SettingsFolder(ofFile: "/etc/ura/s.yaml"))
        }
        let desk = LogDesk(journal: journal, folder: folder, settings: { settings }, now: { Self.later })
        return RetentionJob(desk: desk, log: log)
    }

    private func erased() async throws -> [Int64] {
        try await journal.reader.list(LogFilter(), limit: 100).filter { $0.erasedBy != nil }.map(\.identifier.number).sorted()
    }

    private func lastEvent() async throws -> String? {
        var statement: String?
        for try await entry in journal.reader.entries(1...(try journal.reader.treeSize())) {
            if case .event(let event) = entry { statement = event.statement }
        }
        return statement
    }

    @Test func retentionErasesAndSaysSo() async throws {
        for number in 1...6 { try await append(number, retentionDays: number == 2 ? nil : number == 3 ? 41 : 40) }
        var held = LogSelection()
        held.service = ServiceIdentifier(provider: Self.client, serviceCode: "s5")
        let event = LogEvent(kind: "hold", statement: ["case": "C"], time: Self.later)
        _ = try await journal.placeHold(caseName: "C", filter: held.json, event: event)
        let job = try job()
        #expect(try await job.erase() == 3)
        #expect(try await erased() == [1, 4, 6])
        #expect(try await lastEvent() == #"{"event":"retention","records":"1,4,6"}"#)
        let size = try journal.reader.treeSize()
        #expect(try await job.erase() == 0)
        #expect(try journal.reader.treeSize() == size, "a run that erases nothing leaves no entry")
        await journal.close()
    }

    @Test func whatHasNoTimestampYetStays() async throws {
        for number in 1...4 { try await append(number, retentionDays: 1) }
        let digest = DigestAlgorithm.sha512.digest(Array("<signature/>".utf8))
        try await journal.save(
            BatchTimestamp(first: 1, last: 2, time: Self.logged, authority: "A", token: [1], result: [2], digests: [digest]))
        #expect(try await job().erase() == 2)
        #expect(try await erased() == [1, 2])
        await journal.close()
    }

    @Test func configurationsStayWhileARecordRefersToThem() async throws {
        let kept = try ConfigurationFolder(path: folder.configuration)
        let bundles = try (1...3).map { number in
            let shared = SharedParameters(instance: "XK", ocspFreshnessSeconds: Int64(number))
            let part = ConfigurationPart(
                content: .sharedParameters, instance: "XK", version: 5, expires: Self.later, bytes: try shared.encoded())
            return try ConfigurationBundle(instance: "XK", parts: [part], directories: [[1]])
        }
        for bundle in bundles { try await kept.keep(bundle) }
        try await append(1, retentionDays: nil, configuration: bundles[0].hash.bytes)
        let job = ConfigurationRetention(folder: kept, journal: journal, environment: SystemEnvironment(), log: log)
        #expect(try await job.discard() == 0, "none is old enough")
        for bundle in bundles {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -8 * 86_400)],
                ofItemAtPath: "\(folder.configuration)/\(bundle.hash)/.directories")
        }
        #expect(try await job.discard() == 1)
        let hashes = try await [bundles[0], bundles[1], bundles[2]].asyncFilter { try await kept.bundle($0.hash) != nil }.map(
            \.hash)
        #expect(hashes == [bundles[0].hash, bundles[2].hash], "the first is referred to, the last is current")
        await journal.close()
    }
}

extension Array {
    fileprivate func asyncFilter(_ isKept: (Element) async throws -> Bool) async throws -> [Element] {
        var kept: [Element] = []
        for element in self where try await isKept(element) { kept.append(element) }
        return kept
    }
}
