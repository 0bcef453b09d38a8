import Foundation
import MessageLog
import PKI
import Storage
import Testing
import XRoadModel

/// Everything that can be done to a log behind its back is found, and named. Real files, and the `sqlite3` tool to tamper with them.
struct LogCheckTests {
    /// 700 entries with checkpoints of 100, 300, 600 and 700, made once.
    private static let made = Task {
        let log = try CheckedLog()
        for size in [100, 300, 600, 700] as [Int64] { try await log.grow(to: size) }
        return log
    }

    private static func log() async throws -> CheckedLog { try CheckedLog(copying: await made.value) }

    @Test func anUntouchedLogPasses() async throws {
        let log = try await Self.log()
        let report = try await log.check()
        #expect(report.findings.isEmpty, "\(report.text)")
        #expect(report.verdict == .passed && report.entries == 700 && report.messages == 700)
        #expect(report.checkpoints.count == 4 && report.checkpoints.lastSize == 700 && report.checkpoints.entriesAfter == 0)
        #expect(report.root == (try await log.witnessed().checkpoint.root.description))
        #expect(!report.rollback.isProvable && report.rollback.text.hasPrefix("not provable"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json())) as? [String: Any])
        #expect(json["verdict"] as? String == "passed" && json["entries"] as? Int == 700)
    }

    @Test func anEmptyLogPasses() async throws {
        let log = try CheckedLog()
        try await log.writing { _ in }
        let report = try await log.check()
        #expect(report.verdict == .passed && report.entries == 0 && report.checkpoints.entriesAfter == 0, "\(report.text)")
    }

    @Test func aLogWhileItIsWrittenPasses() async throws {
        let log = try CheckedLog()
        try await log.writing { journal in
            for number in 1...50 as ClosedRange<Int64> { _ = try await journal.commit(CheckedLog.record(number)) }
            try await log.sign(journal)
            _ = try await journal.commit(CheckedLog.record(51))
            let report = try await log.check()
            #expect(report.verdict == .passed && report.checkpoints.entriesAfter == 1, "\(report.text)")
        }
    }

    @Test func aDeletedRecordIsMissing() async throws {
        let log = try await Self.log()
        try log.sqlite("DELETE FROM record WHERE number = 42; DELETE FROM part WHERE place / 4096 = 42")
        #expect(try await log.findings() == ["entry-missing 42"])
        try log.sqlite("DELETE FROM record WHERE number BETWEEN 43 AND 45")
        #expect(try await log.findings() == ["entry-missing 42-45"])
        // With the tile of its run nobody can tell whether the others there are the right ones.
        try log.sqlite("DELETE FROM tree_tile WHERE level = 8 AND position = 0")
        #expect(try await log.findings() == ["entry-missing 42-45", "tree-tile-missing 1-256"])
    }

    @Test func theLastRecordsDeletedAreARollBack() async throws {
        let log = try await Self.log()
        try log.sqlite("DELETE FROM record WHERE number > 590; DELETE FROM part WHERE place / 4096 > 590")
        #expect(try await log.findings() == ["log-rolled-back 591-600", "log-rolled-back 591-700"])
    }

    @Test(arguments: [
        "client = 'AL/GOV/9/s'", "time = time + 1", "request_identifier = ''", "decision = 'none'", "owner = 'AL/GOV/2'",
        "byte_count = 0", "body_logging = 'digest-only'", "signature_on_erasure = 'destroy'", "service_version = NULL",
        "configuration_hash = x'00'", "commitment = zeroblob(32)", "kind = 'rest'", "side = 'provider'",
    ])
    func aChangedColumnIsFound(_ change: String) async throws {
        let log = try await Self.log()
        try log.sqlite("UPDATE record SET \(change) WHERE number = 300")
        let found = try await log.findings()
        #expect(found == ["entry-changed 300"])
    }

    /// Without a digest no leaf can be made: that is so only after an erasure that destroys signatures.
    @Test(arguments: ["301", "302"])
    func aMissingDigestHidesNothing(_ number: String) async throws {
        let log = try await Self.log()
        try log.sqlite("UPDATE record SET signature_digest = NULL, client = 'AL/GOV/9/s' WHERE number = \(number)")
        #expect(try await log.findings().contains("entry-changed \(number)"))
        try log.sqlite("DELETE FROM part WHERE place = \(number) * 4096")
        #expect(try await log.findings().contains("entry-changed \(number)"))
    }

    @Test func aColumnThatWasNeverWrittenIsUnreadable() async throws {
        let log = try await Self.log()
        try log.sqlite("UPDATE record SET side = 'both' WHERE number = 300")
        #expect(try await log.findings() == ["entry-unreadable 300"])
    }

    /// Whoever changes a column may change the leaf's hash too, and then the tile over it, and then every tile.
    @Test func aChangedRecordWithItsLeafIsFoundByTheTreeAndByTheCheckpoints() async throws {
        let log = try await Self.log()
        try log.sqlite("UPDATE record SET decision = 'none' WHERE number = 300")
        let forged = try await Self.leafHash(of: 300, in: log)
        try log.sqlite("UPDATE record SET leaf_hash = \(literal(forged.bytes)) WHERE number = 300")
        #expect(try await log.findings() == ["history-rewritten 101-300", "tree-tile-changed 257-512"])
        let tile = try await Self.tile(1, of: log)
        try log.sqlite("UPDATE tree_tile SET hash = \(literal(tile.bytes)) WHERE level = 8 AND position = 1")
        #expect(try await log.findings() == ["history-rewritten 101-300"])
    }

    /// After the last checkpoint inside the run the tile still tells what was there.
    @Test func theTileNamesTheRunThatWasChanged() async throws {
        let log = try await Self.log()
        try log.sqlite("UPDATE record SET decision = 'none' WHERE number = 400")
        let forged = try await Self.leafHash(of: 400, in: log)
        try log.sqlite("UPDATE record SET leaf_hash = \(literal(forged.bytes)) WHERE number = 400")
        #expect(try await log.findings() == ["tree-tile-changed 257-512", "history-rewritten 257-512"])
    }

    @Test func swappedRecordsAreReordered() async throws {
        let log = try await Self.log()
        let swap = { (table: String, column: String, from: Int, to: Int) in
            "UPDATE \(table) SET \(column) = -\(to) WHERE \(column) = \(from); UPDATE \(table) SET \(column) = \(from) "
                + "WHERE \(column) = \(to); UPDATE \(table) SET \(column) = \(to) WHERE \(column) = -\(to);"
        }
        // Whole rows with their leaves, and what they hold.
        try log.sqlite(
            swap("record", "number", 41, 42)
                + """
                UPDATE part SET place = -place WHERE place / 4096 IN (41, 42);
                UPDATE part SET place = CASE -place / 4096 WHEN 41 THEN -place + 4096 ELSE -place - 4096 END WHERE place < 0
                """)
        let found = try await log.findings()
        #expect(found.filter { $0.hasPrefix("entries") } == ["entries-reordered 41", "entries-reordered 42"])
        #expect(!found.contains { $0.hasPrefix("content") })
        // With the leaves left where they were the tree is right.
        try log.sqlite(
            """
            CREATE TEMP TABLE leaf AS SELECT number, leaf_hash FROM record WHERE number IN (41, 42);
            UPDATE record SET leaf_hash = (SELECT leaf_hash FROM leaf WHERE leaf.number = 83 - record.number) WHERE number IN (41, 42)
            """)
        #expect(try await log.findings() == ["entries-reordered 41", "entries-reordered 42"])
    }

    @Test func changedContentIsFound() async throws {
        let log = try await Self.log()
        try log.sqlite("UPDATE part SET bytes = x'00' WHERE place = 300 * 4096")
        try log.sqlite("UPDATE part SET bytes = NULL WHERE place = 310 * 4096 + 2")
        try log.sqlite("UPDATE part SET bytes = x'00' WHERE place = 320 * 4096 + 1")
        try log.sqlite("UPDATE signature SET document = x'00' WHERE number = (SELECT signature FROM record WHERE number = 330)")
        let found = try await log.findings()
        #expect(found.prefix(3) == ["content-changed 300", "content-missing 310", "content-changed 320"])
        // The messages that shared the signature document, as far as it was not theirs alone.
        #expect(found.dropFirst(3).allSatisfy { $0.hasPrefix("content-changed 33") } && found.count > 3)
        // Digests too: then the leaf is not of them.
        try log.sqlite("UPDATE part SET digest = \(literal(DigestAlgorithm.sha256.digest([0]))) WHERE place = 300 * 4096")
        #expect(try await log.findings().contains("entry-changed 300"))
    }

    @Test func changedEventsAreFound() async throws {
        let log = try CheckedLog()
        try await log.writing { journal in
            let event = LogEvent(kind: "hold", statement: ["case": "1/2026", "records": "1-5"], time: TestKeys.time)
            _ = try await journal.record(event)
            try await log.sign(journal)
        }
        #expect(try await log.check().events == 1)
        try log.sqlite("UPDATE event SET statement = replace(statement, '1-5', '1-4')")
        #expect(try await log.findings() == ["entry-changed 1"])
    }

    @Test func twoEntriesOfOneNumberAreFound() async throws {
        let log = try await Self.log()
        try log.sqlite("INSERT INTO event VALUES (300, 1, 'note', '{}', zeroblob(32))")
        #expect(try await log.findings().contains("entry-doubled 300"))
    }

    @Test func changedTilesAreFound() async throws {
        let log = try await Self.log()
        try log.sqlite("UPDATE tree_tile SET hash = zeroblob(32) WHERE position = 1")
        #expect(try await log.findings() == ["tree-tile-changed 257-512"])
        try log.sqlite("DELETE FROM tree_tile WHERE position = 1")
        #expect(try await log.findings() == ["tree-tile-missing 257-512"])
    }

    /// Whoever cuts off the end with its checkpoints forgets the tiles.
    @Test func tilesOfEntriesThatAreNotThereAreFound() async throws {
        let log = try await Self.log()
        try log.sqlite("DELETE FROM record WHERE number > 500; DELETE FROM part WHERE place / 4096 > 500")
        try log.sqlite("DELETE FROM checkpoint WHERE size > 500")
        #expect(try await log.findings() == ["tree-tile-changed"])
    }

    @Test func entriesThatWaitForLongAreTold() async throws {
        let log = try await Self.log()
        try log.sqlite("DELETE FROM checkpoint WHERE size > 300")
        var trust = log.trust()
        trust.now = Instant(millisecondsSince1970: 1_790_000_000_301).adding(seconds: 600)
        #expect(try await log.check(trust).verdict == .passed)
        trust.now = trust.now?.adding(seconds: 1)
        let report = try await log.check(trust)
        #expect(report.verdict == .indeterminate && report.findings.map(CheckedLog.line) == ["entries-unsigned 301-700"])
        try log.sqlite("DELETE FROM checkpoint")
        #expect(try await log.check(trust).findings.map(CheckedLog.line) == ["entries-unsigned 1-700"])
    }

    // MARK: Checkpoints

    @Test func changedCheckpointsAreFound() async throws {
        let log = try await Self.log()
        let stranger = try TestKeys()
        let root = try await log.witnessed().checkpoint.root
        let forged = try stranger.checkpoint(300, root: root).note.encoded
        try log.sqlite("UPDATE checkpoint SET note = \(literal(forged)) WHERE size = 300")
        #expect(try await log.findings() == ["checkpoint-signature-invalid", "history-rewritten 101-300"])
        try log.sqlite("UPDATE checkpoint SET note = x'00' WHERE size = 300")
        #expect(try await log.findings() == ["checkpoint-unreadable"])
        try log.sqlite("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 100) WHERE size = 300")
        #expect(try await log.findings() == ["checkpoint-order"])
        try log.sqlite("DELETE FROM checkpoint WHERE size = 300; UPDATE checkpoint SET time = 0 WHERE size = 600")
        #expect(try await log.findings() == ["checkpoint-order"])
    }

    @Test func aKeyCountsAsLongAsItsOwnerSaid() async throws {
        let log = try await Self.log()
        var trust = log.trust()
        let end = TestKeys.time.adding(seconds: 500)
        trust.logKeys = [LogCheckTrust.LogKey(key: log.keys.log.verifierKey, expires: end)]
        let report = try await log.check(trust)
        #expect(report.verdict == .indeterminate)
        #expect(report.findings.map(CheckedLog.line) == ["log-key-expired", "log-key-expired"])
        trust.logKeys = []
        #expect(try await log.check(trust).findings.map(\.code).allSatisfy { $0 == .checkpointSignature })
    }

    @Test func timestampsAreJudged() async throws {
        let log = try await Self.log()
        try log.sqlite("UPDATE checkpoint SET timestamp = x'0102' WHERE size = 300")
        #expect(try await log.findings().isEmpty)
        var trust = log.trust()
        trust.timestampFault = { token, text, _ in token == [1, 2] && text.lines[1] == "300" ? "of yesterday" : nil }
        let report = try await log.check(trust)
        #expect(report.findings.map(CheckedLog.line) == ["checkpoint-timestamp-invalid"] && report.checkpoints.timestamped == 1)
    }

    // MARK: Forging

    private static func leafHash(of number: Int64, in log: CheckedLog) async throws -> TreeHash {
        let entries = try await SQLiteLogCheckReader(folder: log.path).checkedEntries(number...number)
        guard case .stored(let entry) = try #require(entries.first).content else { throw MessageLogFailure.keysMissing }
        return MerkleTree.leafHash(try #require(entry.leaf))
    }

    /// Of the leaves as they stand there now.
    private static func tile(_ position: Int64, of log: CheckedLog) async throws -> TreeHash {
        var frontier = MerkleFrontier()
        for hash in try SQLiteLogReader(folder: log.path, keys: nil).leafHashes(position * 256..<(position + 1) * 256) {
            _ = frontier.append(hash)
        }
        return frontier.root
    }
}
