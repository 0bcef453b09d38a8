import Foundation
import MessageLog
import PKI
import SignedDocuments
import Storage
import TestSupport
import Testing
import XRoadModel

/// Archives of a real log: what comes out is what went in, for as long as the vault has the key.
@Suite struct LogArchiveTests {
    private let log: TestLog
    private let test: ArchiveTestFolder

    init() throws {
        log = try TestLog()
        test = try ArchiveTestFolder()
    }

    private static let personal = "Person 1204567"

    /// Number 1 has inline bodies, 2 a content file, 3 keeps digests only, 4 seals its signature, 5 is an event, 6 a message.
    private func fill(_ journal: SQLiteJournal) async throws {
        let message = Array("<personal>\(Self.personal)</personal>".utf8)
        _ = try await journal.commit(
            TestLog.record(1, attachments: [.inline(Array(Self.personal.utf8)), .inline([])], messagePart: message))
        let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let file = try TestSealedFile(body, folder: journal.contentFolder)
        _ = try await journal.commit(
            TestLog.record(2, attachments: [.contentFile(file)], messagePart: message, direction: .response))
        _ = try await journal.commit(
            TestLog.record(
                3, attachments: [.inline([1, 2, 3])], messagePart: message, kind: .rest,
                policy: LogPolicy(bodyLogging: .digestOnly)))
        _ = try await journal.commit(
            TestLog.record(
                4, messagePart: message, policy: LogPolicy(signatureOnErasure: .destroy), decision: "access-right a%b\nc"))
        _ = try await journal.record(
            LogEvent(kind: "opening", statement: ["version": "1"], time: Instant(secondsSince1970: 1_790_000_000)))
        _ = try await journal.commit(TestLog.record(6, messagePart: message))
    }

    private func stamp(_ journal: SQLiteJournal) async throws {
        let records = try await journal.unstamped(limit: 100)
        let first = try #require(records.first), last = try #require(records.last)
        let chain = TimestampHashChain(digests: records.map(\.signatureDigest))
        try await journal.save(
            BatchTimestamp(
                first: first.number, last: last.number, time: first.time, authority: "test", token: [0x30, 0x00],
                result: chain.result,
                digests: chain.digests))
    }

    private func archiver(_ journal: SQLiteJournal, release: Bool = false) throws -> Archiver {
        var settings = ArchiverSettings()
        settings.keepDays = 1
        return try test.archiver(LogArchiveSource(journal.reader), settings, release: release ? journal : nil)
    }

    private static let day = Instant(secondsSince1970: 1_790_000_000)

    private func vault() throws -> RecordKeys { try RecordKeys(logFolder: log.path, passphrase: TestLog.passphrase) }

    private func archived(_ name: String, _ vault: RecordKeys) throws -> ArchivedRecord {
        for file in try test.names where ArchiveName.isArchive(file) {
            var reader = ArchiveReader(
                try ArchiveInput(file: test.file(file)), vault: ArchiveVault(keys: vault, keepsBodies: true))
            if let record = try reader.find(name) { return record }
        }
        throw MessageLogFailure.unknownRecord(name: name)
    }

    private func findings(_ vault: RecordKeys? = nil) throws -> [ArchiveFinding] {
        var verifier = ArchiveFolderVerifier(
            expectedEnds: try ArchiveLedgerFile(folder: test.path).read().groups.values.map(\.link),
            vault: vault.map { ArchiveVault(keys: $0, keepsBodies: false) })
        var findings: [ArchiveFinding] = []
        for file in try test.names where ArchiveName.isArchive(file) {
            findings += verifier.verify(file, try ArchiveInput(file: test.file(file))) { _ in }
        }
        return findings + verifier.finish()
    }

    @Test func recordsComeOutAsTheyWentIn() async throws {
        let journal = try log.open()
        try await fill(journal)
        #expect(try await LogArchiveSource(journal.reader).archivable(after: 0, limit: 10).isEmpty)
        try await stamp(journal)
        let summary = try await archiver(journal).run(at: Self.day)
        #expect(summary.records == 6 && test.troubles == ["missing configuration abcd"])
        #expect(try findings().isEmpty && findings(try vault()).isEmpty)
        #expect(try runTool("grep", ["-rlaF", "--", Self.personal, test.archives]).text == "")
        let log = journal.reader.logIdentifier
        for number: Int64 in [1, 2, 4, 6] {
            let name = "\(log)-\(number)"
            let expected = try LogExport.container(of: try await journal.reader.record(named: name))
            let found = try LogExport.container(of: try archived(name, try vault()).open(with: try vault()))
            #expect(found == expected, "\(number)")
        }
        let digestOnly = try archived("\(log)-3", try vault()).open(with: try vault())
        guard case .digest(let digest, _) = digestOnly.record.attachments.first else { throw MessageLogFailure.keysMissing }
        #expect(digest == DigestAlgorithm.sha512.digest([1, 2, 3]))
        #expect(digestOnly.record.policy.bodyLogging == .digestOnly)
        let sealed = try archived("\(log)-4", try vault())
        #expect(sealed.signature == nil && sealed.hashChain == nil)
        #expect(try sealed.open(with: try vault()).record.decision == "access-right a%b\nc")
        await journal.close()
    }

    @Test func evidenceForTheVerifier() async throws {
        let journal = try log.open()
        try await fill(journal)
        try await stamp(journal)
        try await archiver(journal).run(at: Self.day)
        let log = journal.reader.logIdentifier
        let vault = try vault()
        func record(_ number: Int) throws -> ArchivedRecord { try archived("\(log)-\(number)", vault) }
        func signed(_ evidence: ArchivedEvidence) throws -> SignedRecord {
            guard case .record(let record, nil) = evidence else { throw MessageLogFailure.keysMissing }
            return record
        }
        let closed = try signed(record(1).evidence(nil))
        #expect(closed.message == .erased(note: "erased or sealed: it cannot be read without the vault of the log"))
        #expect(closed.attachments.count == 2 && closed.sender == TestLog.client.member)
        let open = try signed(record(1).evidence(vault))
        #expect(open.message == .content(Array("<personal>\(Self.personal)</personal>".utf8)))
        #expect(open.attachments == [1: .content(Array(Self.personal.utf8)), 2: .content([])])
        #expect(try signed(record(2).evidence(nil)).sender == TestLog.service.provider.member)
        var reader = ArchiveReader(
            try ArchiveInput(file: test.file(test.written[0])), vault: ArchiveVault(keys: vault, keepsBodies: false))
        let large = try #require(try reader.find("\(log)-2"))
        let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let digests = Dictionary(
            uniqueKeysWithValues: [DigestAlgorithm.sha256, .sha384, .sha512].map { ($0, $0.digest(body)) })
        #expect(try signed(large.evidence(vault)).attachments == [1: .digested(digests, byteCount: 200_000)])
        #expect(
            try signed(record(3).evidence(vault)).attachments == [
                1: .digestOnly([.sha512: DigestAlgorithm.sha512.digest([1, 2, 3])])
            ])
        guard case .nothingLeft(let note) = try record(4).evidence(nil), case .event = try record(5).evidence(nil) else {
            Issue.record("a sealed signature and an event")
            return
        }
        #expect(note.hasPrefix("signature and content: erased or sealed"))
        await journal.close()
    }

    /// Erasing the key erases the record in the archive that was written before, and nothing else.
    @Test func erasureReachesArchives() async throws {
        let journal = try log.open()
        try await fill(journal)
        try await stamp(journal)
        try await archiver(journal).run(at: Self.day)
        let event = LogEvent(kind: "erasure", statement: ["case": "1", "records": "1-2,4"], time: Self.day)
        _ = try await journal.erase([1, 2, 4], event: event)
        let log = journal.reader.logIdentifier
        let vault = try vault()
        for number in [1, 2, 4] {
            let record = try archived("\(log)-\(number)", vault)
            #expect(throws: MessageLogFailure.keyDestroyed(name: "\(log)-\(number)")) { try record.open(with: vault) }
            switch record.evidence(vault) {
            case .record(let signed, nil): #expect(number != 4 && signed.message == .erased(note: "erased: its key is destroyed"))
            case .nothingLeft(let note): #expect(number == 4 && note == "signature and content: erased: its key is destroyed")
            default: Issue.record("\(number)")
            }
        }
        #expect(try archived("\(log)-6", vault).open(with: vault).record.entry.requestIdentifier == "request-6")
        #expect(try findings(vault).isEmpty)
        await journal.close()
    }

    /// Erased records are archived as what is left of them.
    @Test func erasedBeforeTheArchive() async throws {
        let journal = try log.open()
        try await fill(journal)
        try await stamp(journal)
        let event = LogEvent(kind: "erasure", statement: ["case": "1", "records": "1-2,4"], time: Self.day)
        _ = try await journal.erase([1, 2, 4], event: event)
        try await archiver(journal).run(at: Self.day)
        #expect(test.troubles == ["missing configuration abcd"])
        let log = journal.reader.logIdentifier
        let vault = try vault()
        #expect(try findings(vault).isEmpty)
        let names = try runTool("unzip", ["-Z1", test.file(test.written[0])]).text
        #expect(names.contains("\(log)-1-request.asice") && names.contains("\(log)-4-erased.asice"))
        #expect(try archived("\(log)-1", vault).content == nil)
        #expect(try archived("\(log)-4", vault).leafHash != nil)
        guard case .nothingLeft(let note) = try archived("\(log)-4", vault).evidence(vault) else {
            throw MessageLogFailure.keysMissing
        }
        #expect(note.hasPrefix("erased before it was archived"))
        await journal.close()
    }

    /// Once archived and kept long enough, contents leave the log, with an entry about it; keys and evidence stay.
    @Test func contentsLeaveTheLog() async throws {
        let journal = try log.open()
        try await fill(journal)
        try await stamp(journal)
        try await archiver(journal, release: true).run(at: Self.day)
        #expect(try log.contentFiles.count == 1)
        #expect(try await journal.reader.record(named: "\(journal.reader.logIdentifier)-1").record.attachments.count == 2)
        try await archiver(journal, release: true).run(at: Self.day.adding(seconds: 2 * 86_400))
        #expect(try await test.state.releasedThrough == 6)
        #expect(try log.contentFiles.isEmpty)
        #expect(try log.files(containing: Self.personal).isEmpty)
        let identifier = journal.reader.logIdentifier
        await #expect(throws: MessageLogFailure.contentReleased(name: "\(identifier)-1")) {
            try await journal.reader.record(named: "\(identifier)-1")
        }
        #expect(try log.sqlite("SELECT statement FROM event WHERE number = 7") == #"{"event":"content-release","records":"1-6"}"#)
        #expect(try archived("\(identifier)-2", try vault()).open(with: try vault()).record.attachments.count == 1)
        // Nothing is done twice.
        try await archiver(journal, release: true).run(at: Self.day.adding(seconds: 3 * 86_400))
        #expect(try log.sqlite("SELECT count(*) FROM event") == "2")
        await journal.close()
        #expect(try await check() == [])
        // Content that is missing without such an entry is missing.
        _ = try log.sqlite("UPDATE event SET statement = '{\"event\":\"content-release\",\"records\":\"2-6\"}' WHERE number = 7")
        #expect(try await check().contains("content-missing 1-1"))
    }

    /// What a case keeps stays in the log, and so does what came after it, until the hold ends.
    @Test func heldContentsStay() async throws {
        let journal = try log.open()
        try await fill(journal)
        try await stamp(journal)
        let released = LogEvent(kind: "release", statement: [:], time: Self.day)
        let hold = LogEvent(kind: "hold", statement: [:], time: Self.day)
        var selection = LogSelection()
        selection.names = ["\(journal.reader.logIdentifier)-3"]
        _ = try await journal.placeHold(caseName: "Court", filter: selection.json, event: hold)
        try await archiver(journal, release: true).run(at: Self.day.adding(seconds: 2 * 86_400))
        #expect(try await test.state.releasedThrough == 2)
        #expect(try await !journal.reader.record(named: "\(journal.reader.logIdentifier)-3").record.messagePart.isEmpty)
        _ = try await journal.releaseHolds(caseName: "Court", event: released)
        try await archiver(journal, release: true).run(at: Self.day.adding(seconds: 3 * 86_400))
        #expect(try await test.state.releasedThrough >= 6)
        await journal.close()
    }

    private func check() async throws -> [String] {
        let report = try await LogCheck(SQLiteLogCheckReader(folder: log.path), trust: LogCheckTrust()).run()
        return report.findings.compactMap { finding in
            finding.entries.map { "\(finding.code.rawValue) \($0.lowerBound)-\($0.upperBound)" }
        }
    }

    /// A damaged or missing content file does not stop archiving, and is named.
    @Test func damagedContentIsNamed() async throws {
        let journal = try log.open()
        try await fill(journal)
        try await stamp(journal)
        let file = URL(fileURLWithPath: "\(log.path)/content/\(try log.contentFiles[0])")
        var bytes = try Data(contentsOf: file)
        bytes[100_000] ^= 1
        try bytes.write(to: file)
        try await archiver(journal).run(at: Self.day)
        let log = journal.reader.logIdentifier
        #expect(test.troubles == ["missing configuration abcd", "\(log)-2-response.asice: attachment 1"])
        let found = try findings(try vault())
        #expect(found.map(\.text) == ["not what the leaf says: attachment 1"])
        guard case .record(_, let problem) = try archived("\(log)-2", try vault()).evidence(try vault()) else {
            throw MessageLogFailure.keysMissing
        }
        #expect(problem?.hasPrefix("it does not open with the key of the vault") == true)
        await journal.close()
    }

    @Test func waitingGrowsWithTheLog() async throws {
        let journal = try log.open()
        let source = LogArchiveSource(journal.reader)
        #expect(try await source.waiting(after: 0) == (0, 0))
        try await fill(journal)
        try await stamp(journal)
        let (bytes, last) = try await source.waiting(after: 0)
        #expect(bytes > 200_000 && last == 6)
        #expect(try await source.waiting(after: 6) == (0, 6))
        #expect(try await source.waiting(after: 9) == (0, 9))
        #expect(try await source.archivable(after: 2, limit: 3).map(\.number) == [3, 4, 5])
        #expect(
            try await source.archivable(after: 4, limit: 9) == [
                ArchivableNumber(number: 5, client: nil), ArchivableNumber(number: 6, client: TestLog.client),
            ])
        await journal.close()
    }
}
