import Foundation
import MessageLog
import PKI
import TestSupport
import Testing
import XRoadModel

@testable import Storage

/// What lies in the folder, as a program of its own reads it, and what does not.
@Suite struct LogAtRestTests {
    private let log: TestLog
    private static let marker = "MARKER-OF-CONTENT"

    init() throws { log = try TestLog() }

    private static let other = MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "50% a/b")

    @Test func refereeRecomputesTheTreeAndOpensContent() async throws {
        let journal = try log.open()
        let large = [UInt8](repeating: 0x42, count: 200_000)
        let bodies: [[UInt8]] = [Array("body".utf8), [], large]
        for number in 1...300 {
            var attachments: [JournaledBody] = []
            if number % 50 == 0 {
                attachments = [
                    .inline(bodies[0]), .inline(bodies[1]),
                    .contentFile(try TestSealedFile(bodies[2], folder: journal.contentFolder)),
                ]
            }
            let policy = LogPolicy(
                bodyLogging: number % 4 == 0 ? .digestOnly : .full, signatureOnErasure: number % 3 == 0 ? .destroy : .keep)
            _ = try await journal.append(
                TestLog.record(
                    number, attachments: attachments, messagePart: Array("message \(number)".utf8),
                    kind: number % 2 == 0 ? .rest : .soap, owner: number % 5 == 0 ? Self.other : TestLog.owner, policy: policy,
                    decision: "100%\r\nright"))
            if number == 100 { _ = try await journal.record(LogEvent(kind: "test", statement: ["a": "ü\n"], time: .now)) }
        }
        let root = try TreeProofs(journal.reader).root(of: 301)
        let beside = try RefereeLog.read(log)
        #expect(beside.size == 301 && beside.root == "\(root)")
        await journal.close()
        let referee = try RefereeLog.read(log)
        #expect(referee.root == "\(root)")
        #expect(referee.records.count == 300)
        for (name, record) in referee.records {
            let number = try #require(Int(name)) - (try #require(Int(name)) > 101 ? 1 : 0)
            let part = Array("message \(number)".utf8)
            let isDigest = number % 4 == 0
            // A REST message keeps its head; number % 4 is one.
            #expect(record?.message == Hexadecimal.encode(part))
            let kept = number % 50 != 0 ? [] : bodies.map { isDigest ? DigestAlgorithm.sha512.digest($0) : $0 }
            #expect(record?.bodies == kept.map { Hexadecimal.encode(DigestAlgorithm.sha256.digest($0)) })
        }
    }

    @Test func wrongPassphraseIsToldAsSuch() async throws {
        let journal = try log.open()
        _ = try await journal.append(TestLog.record())
        await journal.close()
        let wrong = SecretBytes(Array("correct horses".utf8))
        #expect(throws: StorageFailure.wrongPassphrase(path: log.keyDatabase)) {
            try SQLiteJournal(folder: log.path, passphrase: wrong, settings: TestLog.settings)
        }
        #expect(throws: StorageFailure.wrongPassphrase(path: log.keyDatabase)) {
            try RecordKeys(logFolder: log.path, passphrase: wrong)
        }
        #expect(throws: TestLog.ToolFailure.self) { try RefereeLog.read(log, passphrase: "correct horses") }
        _ = try log.open()
    }

    @Test func nothingOfTheContentIsInTheClear() async throws {
        let journal = try log.open()
        let marked = Array(String(repeating: Self.marker + " ", count: 100).utf8)
        let file = try TestSealedFile(
            Array(String(repeating: Self.marker, count: 20_000).utf8), folder: journal.contentFolder)
        for policy in [LogPolicy(), LogPolicy(bodyLogging: .digestOnly, signatureOnErasure: .destroy)] {
            _ = try await journal.append(
                TestLog.record(attachments: [.inline(marked), .contentFile(file)], messagePart: marked, policy: policy))
            #expect(try log.files(containing: Self.marker) == [])
        }
        await journal.close()
        #expect(try log.files(containing: Self.marker) == [])
        #expect(try log.files(containing: "<signature/>") == ["messagelog.sqlite"])
    }

    @Test func digestOnlyKeepsNoBodies() async throws {
        let journal = try log.open()
        let policy = LogPolicy(bodyLogging: .digestOnly)
        let body = Array("body".utf8)
        let large = [UInt8](repeating: 1, count: 100_000)
        let head = Array("GET / HTTP/1.1".utf8)
        for kind in [MessageKind.rest, .soap] {
            let file = try TestSealedFile(large, folder: journal.contentFolder)
            let name = try await journal.append(
                TestLog.record(
                    attachments: [.inline(body), .contentFile(file)], messagePart: head, kind: kind, policy: policy)
            ).identifier.name
            let logged = try await journal.reader.record(named: name)
            #expect(logged.record.messagePart == (kind == .rest ? head : []))
            #expect(logged.messagePartDigest == (kind == .rest ? nil : DigestAlgorithm.sha512.digest(head)))
            #expect(
                logged.record.attachments.map(digest)
                    == [DigestAlgorithm.sha512.digest(body), DigestAlgorithm.sha512.digest(large)])
            #expect(try await journal.reader.list(LogFilter(), limit: 1).first?.byteCount == 14 + 4 + 100_000)
        }
        #expect(try log.contentFiles.filter { !$0.hasPrefix("spool-") } == [])
        #expect(try RefereeLog.read(log).records.count == 2)
    }

    private func digest(_ body: JournaledBody) -> [UInt8]? {
        if case .digest(let digest, _) = body { digest } else { nil }
    }

    @Test func messagesOfABatchShareTheirSignature() async throws {
        let journal = try log.open()
        for number in 1...20 { _ = try await journal.append(TestLog.record(number)) }
        #expect(try log.sqlite("SELECT count(*) FROM signature") == "1")
        await journal.close()
        let again = try log.open()
        #expect(try await again.append(TestLog.record(21)).identifier.number == 21)
        #expect(try log.sqlite("SELECT count(DISTINCT signature_digest) FROM record") == "1")
        #expect(try RefereeLog.read(log).size == 21)
    }

    @Test func logAndKeysBelongTogether() async throws {
        await (try log.open()).close()
        let foreign = try TestLog()
        await (try foreign.open()).close()
        let name = try log.sqlite("SELECT identifier FROM log")
        let keys = log.path + "/keys"
        try FileManager.default.moveItem(atPath: keys, toPath: keys + "-own")
        #expect(throws: StorageFailure.foreignKeys(path: keys, log: name)) { try log.open() }
        #expect(!FileManager.default.fileExists(atPath: log.keyDatabase))
        try? FileManager.default.removeItem(atPath: keys)
        try FileManager.default.copyItem(atPath: foreign.path + "/keys", toPath: keys)
        chmod(keys, 0o700)
        #expect(throws: StorageFailure.foreignKeys(path: keys, log: name)) { try log.open() }
        #expect(throws: StorageFailure.foreignKeys(path: keys, log: name)) { try log.openReader() }
        try FileManager.default.removeItem(atPath: keys)
        try FileManager.default.moveItem(atPath: keys + "-own", toPath: keys)
        _ = try log.open()
    }

    @Test(arguments: [
        "UPDATE part SET bytes = randomblob(30) WHERE place = 4096", "UPDATE part SET bytes = NULL WHERE place = 4096",
        "DELETE FROM part WHERE place = 4096", "UPDATE part SET bytes = randomblob(30) WHERE place = 4098",
        "UPDATE part SET place = 4099 WHERE place = 4098", "DELETE FROM part WHERE place = 4098",
        "UPDATE part SET bytes = zeroblob(3) WHERE place = 4097", "UPDATE record SET commitment = zeroblob(32)",
        "UPDATE record SET signature = 99", "UPDATE record SET key = 99",
    ])
    func changedContentDoesNotPass(_ change: String) async throws {
        let journal = try log.open()
        let name = try await journal.append(TestLog.record(attachments: [.inline([1, 2, 3])])).identifier.name
        await journal.close()
        _ = try log.sqlite(change)
        let failure = await #expect(throws: MessageLogFailure.self) { try await log.openReader().record(named: name) }
        switch failure {
        case .recordDamaged(name, _): break
        // Whether an entry of the log says so, the check of the log tells.
        case .contentReleased(name) where change.contains("bytes = NULL"): break
        default: Issue.record("\(String(describing: failure))")
        }
    }

    @Test func entriesComeInOrderWithTheirLeaves() async throws {
        let journal = try log.open()
        for number in 1...200 {
            if number % 7 == 0 {
                _ = try await journal.record(LogEvent(kind: "test", statement: ["n": "\(number)"], time: .now))
            } else {
                _ = try await journal.append(TestLog.record(number))
            }
        }
        var numbers: [Int64] = []
        for try await entry in journal.reader.entries(10...1000) {
            numbers.append(entry.number)
            #expect(entry.leaf.map(MerkleTree.leafHash) == entry.leafHash)
            if case .event(let event) = entry { #expect(event.number % 7 == 0 && event.kind == "test") }
        }
        #expect(numbers == Array(10...200))
        #expect(try journal.reader.leafHashes(0..<200).count == 200)
        #expect(throws: MessageLogFailure.unknownLeaf(index: 200)) { try journal.reader.leafHashes(190..<201) }
        _ = try log.sqlite("DELETE FROM event WHERE number = 70")
        #expect(throws: MessageLogFailure.unknownLeaf(index: 69)) { try journal.reader.leafHashes(60..<80) }
        await #expect(throws: MessageLogFailure.unknownLeaf(index: 69)) {
            for try await _ in journal.reader.entries(1...200) {}
        }
    }
}
