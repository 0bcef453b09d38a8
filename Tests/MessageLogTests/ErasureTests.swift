import Foundation
import MessageLog
import TestSupport
import Testing
import XRoadModel

@testable import Storage

@Suite(.timeLimit(.minutes(2))) struct ErasureTests {
    private let log: TestLog
    private static let event = LogEvent(
        kind: "erasure", statement: ["case": "A-1", "records": "2,4"], time: Instant(millisecondsSince1970: 1_790_000_000_500))

    init() throws { log = try TestLog() }

    /// Five records with two bodies each, one of them in a file; even ones lose their signature when erased.
    private func fill(_ journal: SQLiteJournal) async throws -> [String] {
        var names: [String] = []
        for number in 1...5 {
            let file = try TestSealedFile([UInt8](repeating: 9, count: 70_000), folder: journal.contentFolder)
            let policy = LogPolicy(signatureOnErasure: number % 2 == 0 ? .destroy : .keep)
            names.append(
                try await journal.append(
                    TestLog.record(number, attachments: [.inline([1]), .contentFile(file)], policy: policy)
                ).identifier.name)
        }
        return names
    }

    private func wrappedKeys(_ numbers: [Int64]) throws -> [[UInt8]] {
        try numbers.flatMap { try log.blobs("wrapped", "record_key WHERE number = \($0)", in: log.keyDatabase) }
    }

    /// Nothing of the erased records can be opened, and everything that is left is right.
    private func expectErased(_ numbers: [Int64], by event: Int64, keys: [[UInt8]], _ reader: SQLiteLogReader) async throws {
        for number in numbers {
            let name = reader.identifier(number).name
            await #expect(throws: MessageLogFailure.recordErased(name: name, event: event)) {
                try await reader.record(named: name)
            }
        }
        for key in keys { #expect(try log.files(containing: key) == []) }
        let erased = numbers.map { "\($0)" }.joined(separator: ",")
        #expect(try log.sqlite("SELECT count(*) FROM erasing") == "0")
        #expect(
            try log.sqlite(
                "SELECT count(*) FROM part WHERE bytes IS NOT NULL AND place % 4096 != 1 AND place / 4096 IN (\(erased))")
                == "0")
        #expect(try log.contentFiles.filter { !$0.hasPrefix("spool-") }.count == 5 - numbers.count)
        #expect(try RefereeLog.read(log).root == "\(TreeProofs(reader).root(of: reader.treeSize()))")
    }

    @Test func contentIsGoneAndTheTreeStays() async throws {
        let journal = try log.open()
        let names = try await fill(journal)
        let root = try TreeProofs(journal.reader).root(of: 5)
        let keys = try wrappedKeys([2, 3])
        #expect(try keys.allSatisfy { try !log.files(containing: $0).isEmpty })
        let identifier = try await journal.erase([3, 2], event: Self.event)
        #expect(identifier.number == 6)
        #expect(try TreeProofs(journal.reader).root(of: 5) == root)
        try await expectErased([2, 3], by: 6, keys: keys, journal.reader)
        #expect(try await journal.reader.list(LogFilter(), limit: 9).map(\.erasedBy) == [nil, nil, 6, 6, nil])
        for number in [0, 3, 4] { _ = try await journal.reader.record(named: names[number]) }
        await journal.close()
        try await expectErased([2, 3], by: 6, keys: keys, try log.openReader())
    }

    /// What policy says of signatures.
    @Test func signaturesStayOrGo() async throws {
        let journal = try log.open()
        _ = try await fill(journal)
        _ = try await journal.erase([2, 3], event: Self.event)
        var messages: [StoredMessage] = []
        for try await case .message(let message) in journal.reader.entries(2...3) { messages.append(message) }
        let destroyed = messages[0]
        #expect(destroyed.leaf == nil && destroyed.signatureDigest == nil && destroyed.sharedSignature == nil)
        #expect(destroyed.parts.map(\.counter) == [0, 2, 3] && destroyed.parts.allSatisfy { $0.bytes == nil })
        let kept = messages[1]
        #expect(kept.leaf.map { MerkleTree.leafHash($0.text(number: 3)) } == kept.leafHash)
        #expect(kept.sharedSignature == Array("<signature/>".utf8))
        #expect(kept.parts.map { $0.bytes != nil } == [false, true, false, false])
    }

    @Test func refusedErasureChangesNothing() async throws {
        let journal = try log.open()
        let names = try await fill(journal)
        let log = journal.reader.logIdentifier
        _ = try await journal.erase([1], event: Self.event)
        let before = try self.log.sqlite("SELECT * FROM record; SELECT * FROM event")
        await #expect(throws: MessageLogFailure.unknownRecord(name: "\(log)-9")) {
            try await journal.erase([2, 9], event: Self.event)
        }
        await #expect(throws: MessageLogFailure.unknownRecord(name: "\(log)-6")) {
            try await journal.erase([2, 6], event: Self.event)
        }
        await #expect(throws: MessageLogFailure.recordErased(name: "\(log)-1", event: 6)) {
            try await journal.erase([2, 1], event: Self.event)
        }
        #expect(try self.log.sqlite("SELECT * FROM record; SELECT * FROM event") == before)
        _ = try await journal.reader.record(named: names[1])
        #expect(try await journal.append(TestLog.record(7)).identifier.number == 7)
        #expect(try RefereeLog.read(self.log).size == 7)
    }

    enum Step: CaseIterable { case marked, keysDestroyed, filesRemoved }

    /// As if the process had died after each of the steps.
    @Test(arguments: Step.allCases)
    func openingFinishesAnErasure(_ step: Step) async throws {
        let journal = try log.open()
        _ = try await fill(journal)
        let keys = try wrappedKeys([2, 3])
        let erasure = journal.erasure
        _ = try await journal.change { try erasure.begin([2, 3], Self.event, $0, $1) }
        await journal.close()
        if step != .marked {
            _ = try log.sqlite("DELETE FROM record_key WHERE number IN (2, 3)", in: log.keyDatabase)
        }
        if step == .filesRemoved { for name in ["2-2", "3-2"] { unlink("\(log.path)/content/\(name)") } }
        let again = try log.open()
        try await expectErased([2, 3], by: 6, keys: keys, again.reader)
        #expect(try log.sqlite("SELECT count(*) FROM event") == "1")
    }

    /// Keys of before an erasure come back with a copy of the key store; the log knows better.
    @Test func restoredKeysAreDestroyedAgain() async throws {
        let journal = try log.open()
        let names = try await fill(journal)
        let keys = try wrappedKeys([2, 3])
        await journal.close()
        let folder = log.path + "/keys"
        try FileManager.default.copyItem(atPath: folder, toPath: folder + "-copy")
        let second = try log.open()
        _ = try await second.erase([2, 3], event: Self.event)
        await second.close()
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: folder + "-copy", toPath: folder)
        #expect(try keys.allSatisfy { try !log.files(containing: $0).isEmpty })
        let restored = try log.open()
        try await expectErased([2, 3], by: 6, keys: keys, restored.reader)
        for number in [0, 3, 4] { _ = try await restored.reader.record(named: names[number]) }
    }

    @Test func manyAreErasedInSteps() async throws {
        let journal = try log.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<2500 { group.addTask { _ = try await journal.append(TestLog.record(number)) } }
            try await group.waitForAll()
        }
        _ = try await journal.erase(Array(1...2400), event: Self.event)
        await journal.close()
        #expect(try log.sqlite("SELECT count(*) FROM record_key", in: log.keyDatabase) == "100")
        #expect(try log.sqlite("SELECT count(*) FROM part WHERE bytes IS NULL") == "2400")
        #expect(try log.sqlite("SELECT count(*) FROM erasing") == "0")
        #expect(try RefereeLog.read(log).size == 2501)
    }

    @Test func holdsAreKeptAndReleased() async throws {
        let journal = try log.open()
        func event(_ kind: String) -> LogEvent { LogEvent(kind: kind, statement: [:], time: .now) }
        let placed = try await journal.placeHold(caseName: "A", filter: #"{"client":"x"}"#, event: event("hold"))
        _ = try await journal.placeHold(caseName: "B", filter: "{}", event: event("hold"))
        await #expect(throws: MessageLogFailure.unknownHold(caseName: "C")) {
            try await journal.releaseHolds(caseName: "C", event: event("release"))
        }
        let released = try await journal.releaseHolds(caseName: "A", event: event("release"))
        await #expect(throws: MessageLogFailure.unknownHold(caseName: "A")) {
            try await journal.releaseHolds(caseName: "A", event: event("release"))
        }
        #expect(released.number == 3)
        #expect(
            try await journal.reader.holds(includingReleased: true) == [
                LogHold(number: placed.number, caseName: "A", filter: #"{"client":"x"}"#, releasedBy: released.number),
                LogHold(number: 2, caseName: "B", filter: "{}", releasedBy: nil),
            ])
        #expect(try await journal.reader.holds(includingReleased: false).map(\.caseName) == ["B"])
        await journal.close()
        #expect(try RefereeLog.read(log).size == 3)
    }
}
