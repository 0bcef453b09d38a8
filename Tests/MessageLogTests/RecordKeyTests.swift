import Foundation
import MessageLog
import PKI
import TestSupport
import Testing
import XRoadModel

@testable import Storage

/// Data keys at hand, and members' keys that are replaced.
@Suite(.timeLimit(.minutes(2))) struct RecordKeyTests {
    private let log: TestLog
    private static let other = MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "other")

    init() throws { log = try TestLog() }

    private func keyCount() throws -> String { try log.sqlite("SELECT count(*) FROM record_key", in: log.keyDatabase) }

    private func store() throws -> KeyStore {
        try KeyStore(
            in: PrivateFolder(path: log.path), passphrase: TestLog.passphrase, cost: TestLog.settings.passphraseCost)
    }

    @Test func everyKeyIsGivenOnce() async throws {
        let supply = KeySupply(store: try store())
        let numbers = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for task in 0..<16 {
                group.addTask {
                    var numbers: [Int64] = []
                    for _ in 0..<200 {
                        numbers.append(try await supply.take(for: task % 4 == 0 ? Self.other : TestLog.owner).number)
                    }
                    return numbers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(numbers).count == 3200)
        try supply.close()
        #expect(try keyCount() == "3200")
        #expect(try log.sqlite("SELECT count(*) FROM key_block", in: log.keyDatabase) == "0")
        await #expect(throws: MessageLogFailure.journalClosed) { try await supply.take(for: TestLog.owner) }
    }

    /// A member with few messages does not keep a block open for ever: after a crash the log would be searched from its time on.
    @Test func oldBlocksAreClosed() async throws {
        let store = try store()
        let supply = KeySupply(store: store)
        let first = try await supply.take(for: TestLog.owner)
        supply.note(entries: KeySupply.blockAge + 1)
        _ = try await supply.take(for: Self.other)
        #expect(
            try log.sqlite("SELECT first, last, entries FROM key_block", in: log.keyDatabase)
                == "257|512|\(KeySupply.blockAge + 1)")
        #expect(try keyCount() == "257")
        #expect(try store.keys.key(first.number)?.withBytes { Array($0) } == first.withBytes { Array($0) })
        #expect(try await supply.take(for: TestLog.owner).number > 512)
        try supply.close()
    }

    @Test func unusedKeysGoAtTheNextOpening() async throws {
        var names: [String] = []
        for _ in 0..<3 {
            try JournalProcess(log.path, "one-by-one").kill(after: 60, fromFirstLine: true)
            let journal = try log.open()
            names = try await journal.reader.list(LogFilter(), limit: 1000).map(\.identifier.name)
            // What the running journal has made so far is for records to come.
            #expect(try keyCount() == "\(names.count)")
            await journal.close()
        }
        let journal = try log.open()
        for name in names { _ = try await journal.reader.record(named: name) }
        #expect(!names.isEmpty)
    }

    /// A copy of the key store that is older than the log has not the keys of its last records; what comes after is not mixed up
    /// with them.
    @Test func restoredStoreGivesNoNumberAgain() async throws {
        await (try log.open()).close()
        let folder = log.path + "/keys"
        try FileManager.default.copyItem(atPath: folder, toPath: folder + "-copy")
        let second = try log.open()
        let lost = try await second.append(TestLog.record(1)).identifier
        await second.close()
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: folder + "-copy", toPath: folder)
        let third = try log.open()
        let kept = try await third.append(TestLog.record(2)).identifier
        await #expect(throws: MessageLogFailure.recordDamaged(name: lost.name, reason: "its key is missing")) {
            try await third.reader.record(named: lost.name)
        }
        _ = try await third.erase([lost.number], event: LogEvent(kind: "erasure", statement: [:], time: .now))
        #expect(try await third.reader.record(named: kept.name).record.messagePart == Array("message".utf8))
        #expect(try log.sqlite("SELECT count(DISTINCT key) FROM record") == "2")
    }

    @Test func rotationKeepsContentAndDestroysTheOldKey() async throws {
        let journal = try log.open()
        var names: [String] = []
        for number in 1...20 {
            let owner = number % 4 == 0 ? Self.other : TestLog.owner
            names.append(try await journal.append(TestLog.record(number, owner: owner)).identifier.name)
        }
        let old = try log.blobs("sealed", "member_key WHERE number = 1", in: log.keyDatabase)[0]
        let wrapped = try log.blobs("wrapped", "record_key WHERE member_key = 1", in: log.keyDatabase)
        let kept = try log.blobs("wrapped", "record_key WHERE member_key = 2", in: log.keyDatabase)
        let event = LogEvent(kind: "key-rotation", statement: ["member": "AL/GOV/1"], time: .now)
        #expect(try await journal.rotateKey(of: TestLog.owner, event: event).number == 21)
        for name in names { #expect(try await journal.reader.record(named: name).record.messagePart == Array("message".utf8)) }
        #expect(
            try log.sqlite("SELECT number, retired IS NULL FROM member_key ORDER BY number", in: log.keyDatabase) == "2|1\n3|1")
        #expect(try log.files(containing: old) == [])
        for key in [wrapped[0], wrapped[wrapped.count / 2]] { #expect(try log.files(containing: key) == []) }
        #expect(try !log.files(containing: kept[0]).isEmpty)
        names.append(try await journal.append(TestLog.record(22)).identifier.name)
        await journal.close()
        #expect(try log.sqlite("SELECT DISTINCT member_key FROM record_key ORDER BY 1", in: log.keyDatabase) == "2\n3")
        #expect(try RefereeLog.read(log).records.values.allSatisfy { $0 != nil })
        let reader = try log.openReader()
        for name in names { _ = try await reader.record(named: name) }
    }

    /// More keys than one transaction wraps, and a process that ends in between.
    @Test func interruptedRotationGoesOn() async throws {
        let store = try store()
        var keys: [RecordKey] = []
        for _ in 0..<10 { keys += try store.makeBlock(256, for: TestLog.owner, entries: 0).keys }
        try store.beginRotation(of: TestLog.owner)
        let after = try store.rotateBatch(after: 0)
        #expect(after == 1024)
        #expect(try log.sqlite("SELECT count(*) FROM record_key WHERE member_key = 1", in: log.keyDatabase) == "1536")
        // A key made meanwhile is the new member key's.
        keys += try store.makeBlock(1, for: TestLog.owner, entries: 0).keys
        for key in keys { #expect(try store.keys.key(key.number)?.withBytes { Array($0) } == key.withBytes { Array($0) }) }
        try store.finishRotations()
        let again = try self.store()
        for key in keys { #expect(try again.keys.key(key.number)?.withBytes { Array($0) } == key.withBytes { Array($0) }) }
        #expect(try log.sqlite("SELECT number FROM member_key", in: log.keyDatabase) == "2")
        #expect(try again.rotateBatch(after: 0) == nil)
    }

    @Test func openingFinishesARotation() async throws {
        var journal: SQLiteJournal? = try log.open()
        let name = try #require(try await journal?.append(TestLog.record()).identifier.name)
        await journal?.close()
        journal = nil
        try store().beginRotation(of: TestLog.owner)
        #expect(try log.sqlite("SELECT count(*) FROM member_key", in: log.keyDatabase) == "2")
        journal = try log.open()
        while try log.sqlite("SELECT count(*) FROM member_key", in: log.keyDatabase) != "1" {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await journal?.reader.record(named: name).record.messagePart == Array("message".utf8))
    }
}
