import Foundation
import MessageLog
import Storage
import Testing
import XRoadModel

/// Older copies put back, and two servers that write one log.
struct RollbackTests {
    private func witness(_ checkpoint: SignedCheckpoint) -> LogCheckTrust.Anchor {
        LogCheckTrust.Anchor(source: .witness("w1"), checkpoint: checkpoint)
    }

    @Test func aWitnessProvesThatNothingWasLost() async throws {
        let log = try CheckedLog()
        try await log.grow(to: 300)
        let seen = try await log.witnessed()
        try await log.grow(to: 400)
        let report = try await log.check([witness(seen)])
        #expect(report.verdict == .passed && report.rollback.isProvable && report.rollback.size == 300, "\(report.text)")
        #expect(report.rollback.time == "\(TestKeys.time)")
    }

    @Test func anOlderDatabaseShowsByTheCheckpointBesideIt() async throws {
        let log = try CheckedLog()
        try await log.grow(to: 300)
        let before = try log.snapshot()
        try await log.grow(to: 400)
        let kept = LogCheckTrust.Anchor(source: .keptFile, checkpoint: try await log.witnessed())
        #expect(try await log.findings([kept]).isEmpty)
        try log.restore(before, only: ["messagelog.sqlite", "keys/recordkeys.sqlite"])
        #expect(try await log.findings([kept]) == ["log-rolled-back 301-400"])
        // Nor does the server go on with it.
        try await log.writing { journal in
            let checkpointer = Checkpointer(tree: journal.reader, store: journal, signer: log.keys.log)
            #expect(throws: MessageLogFailure.logRolledBack(size: 300, known: 400)) {
                try checkpointer.require(kept.checkpoint.checkpoint)
            }
        }
    }

    @Test func anOlderStateFolderIsProvableOnlyWithTheWitness() async throws {
        let log = try CheckedLog()
        try await log.grow(to: 300)
        let before = try log.snapshot()
        try await log.grow(to: 400)
        let seen = try await log.witnessed()
        try log.restore(before)
        let alone = try await log.check()
        #expect(alone.verdict == .passed && !alone.rollback.isProvable && alone.rollback.text.hasPrefix("not provable"))
        let told = try await log.check([witness(seen)])
        #expect(told.verdict == .failed && told.findings.map(CheckedLog.line) == ["log-rolled-back 301-400"])
        #expect(told.rollback.text == "not provable: no witness confirms this log")
    }

    @Test func anOlderStateFolderThatIsWrittenOnIsAFork() async throws {
        let log = try CheckedLog()
        try await log.grow(to: 300)
        let before = try log.snapshot()
        try await log.grow(to: 400)
        let seen = try await log.witnessed()
        try log.restore(before)
        try await log.grow(to: 350, signed: false, text: "other")
        #expect(try await log.findings([witness(seen)]) == ["log-rolled-back 351-400"])
        try await log.grow(to: 450, signed: false, text: "other")
        #expect(try await log.findings([witness(seen)]) == ["log-rewritten 1-400"])
        try await log.grow(to: 500, text: "other")
        #expect(try await log.findings([witness(seen)]) == ["log-forked 1-400"])
        #expect(try await log.check().verdict == .passed)
    }

    @Test func twoServersCannotOpenOneLogAndTwoCopiesFork() async throws {
        let log = try CheckedLog()
        try await log.grow(to: 100)
        try await log.writing { _ in
            #expect(throws: StorageFailure.inUse(path: log.path)) { try log.open() }
        }
        let other = try CheckedLog(copying: log)
        try await log.grow(to: 200)
        try await other.grow(to: 200, text: "other")
        #expect(try await log.check().verdict == .passed)
        #expect(try await other.check().verdict == .passed)
        #expect(try await other.findings([witness(log.witnessed())]) == ["log-forked 1-200"])
    }

    /// Rows of another writer between ours, as a lock that does not hold would give.
    @Test func twoWritersInOneDatabaseBreakTheTree() async throws {
        let log = try CheckedLog()
        try await log.grow(to: 300)
        let other = try CheckedLog(copying: log)
        try await log.grow(to: 700)
        try await other.grow(to: 700, text: "other")
        try log.sqlite(
            """
            ATTACH '\(other.path)/messagelog.sqlite' AS other;
            DELETE FROM record WHERE number BETWEEN 400 AND 420;
            INSERT INTO record SELECT * FROM other.record WHERE number BETWEEN 400 AND 420
            """)
        let found = try await log.findings()
        #expect(found.contains("tree-tile-changed 257-512") && found.contains("history-rewritten 257-512"))
    }

    @Test func aWitnessThatNobodyKnowsProvesNothing() async throws {
        let log = try CheckedLog()
        try await log.grow(to: 300)
        let stranger = try TestKeys()
        let forged = try stranger.checkpoint(500, root: MerkleTree.emptyRoot)
        #expect(try await log.findings([witness(forged)]) == ["witness-untrusted"])
        // Signed by the log and not by the witness whose checkpoint it is said to be.
        let plain = try #require(try await SQLiteLogReader(folder: log.path, keys: nil).latest()).signed
        #expect(try await log.findings([witness(plain)]) == ["witness-untrusted"])
        var trust = log.trust([witness(plain)])
        trust.witnessKeys = []
        #expect(try await log.check(trust).verdict == .passed)
    }

    @Test func aWitnessThatForgotIsNotBelieved() async throws {
        let log = try CheckedLog()
        try await log.grow(to: 100)
        let old = try await log.witnessed()
        try await log.grow(to: 200)
        try await log.writing { journal in
            let signed = try #require(try await journal.latest()).signed
            let line = try log.keys.witness.sign(signed.note.text, at: TestKeys.time)
            let verified = try SignedNote(text: signed.note.text, signatures: [line]).verified(by: [log.keys.witness.verifierKey])
            try await journal.save(verified[0], of: 200)
        }
        #expect(try await log.findings([witness(old)]) == ["witness-untrusted"])
    }
}
