import Foundation
import MessageLog
import Storage
import Testing

/// Proofs out of a log in files, verified with nothing but keys and checkpoints.
struct ProofTests {
    private static let made = Task {
        let log = try CheckedLog()
        for size in [100, 300, 400] as [Int64] { try await log.grow(to: size) }
        try await log.writing { journal in
            _ = try await journal.erase(
                [7, 8], event: LogEvent(kind: "erasure", statement: ["records": "7-8"], time: TestKeys.time))
        }
        try await log.grow(to: 450)
        return log
    }

    private func log() async throws -> CheckedLog { try CheckedLog(copying: await Self.made.value) }

    private func prove(_ number: Int64, in log: CheckedLog) async throws -> InclusionProofFile {
        let reader = try SQLiteLogReader(folder: log.path, keys: nil)
        let entry = try await reader.entry(named: "\(reader.logIdentifier)-\(number)")
        return try await LogProver(tree: reader, checkpoints: reader).inclusion(of: entry)
    }

    private func consistency(_ from: Int64, _ to: Int64, in log: CheckedLog) async throws -> ConsistencyProofFile {
        let reader = try SQLiteLogReader(folder: log.path, keys: nil)
        return try await LogProver(tree: reader, checkpoints: reader).consistency(from: from, to: to)
    }

    private func verdict(_ bytes: [UInt8], _ keys: [NoteVerifierKey], _ checkpoint: SignedCheckpoint? = nil) throws
        -> LogFinding.Verdict
    {
        try ProofVerifier(keys: keys, checkpoint: checkpoint).verify(bytes).verdict
    }

    @Test(arguments: [1, 100, 101, 300, 301, 400, 401, 450] as [Int64])
    func everyEntryIsProvenByTheNextCheckpoint(_ number: Int64) async throws {
        let log = try await log()
        let file = try await prove(number, in: log)
        #expect(file.checkpoint.checkpoint.size == ([100, 300, 400, 450] as [Int64]).first { $0 >= number })
        let report = try ProofVerifier(keys: [log.keys.log.verifierKey], checkpoint: nil).verify(file.encoded)
        #expect(report.verdict == .passed && report.entry == number && report.leaf?[1] == "number=\(number)", "\(report.text)")
    }

    /// Content and evidence may be gone: the leaf, or its hash, still is in the tree.
    @Test func erasedEntriesAreProven() async throws {
        let log = try await log()
        let verifier = ProofVerifier(keys: [log.keys.log.verifierKey], checkpoint: nil)
        let destroyed = try verifier.verify(try await prove(7, in: log).encoded)
        #expect(destroyed.verdict == .passed && destroyed.leaf == nil && destroyed.notes.contains { $0.contains("erased") })
        let kept = try verifier.verify(try await prove(8, in: log).encoded)
        #expect(kept.verdict == .passed && kept.leaf != nil)
    }

    @Test func aCosignedCheckpointIsTheBetterProof() async throws {
        let log = try await log()
        try await log.writing { journal in
            let signed = try #require(try await journal.checkpoints(after: 299, limit: 1).first).signed
            let line = try log.keys.witness.sign(signed.note.text, at: TestKeys.time)
            let cosigned = SignedNote(text: signed.note.text, signatures: [line])
            try await journal.save(cosigned.verified(by: [log.keys.witness.verifierKey])[0], of: 300)
        }
        let file = try await prove(50, in: log)
        #expect(file.checkpoint.checkpoint.size == 300 && file.checkpoint.note.signatures.count == 2)
        let keys = [log.keys.log.verifierKey, log.keys.witness.verifierKey]
        let report = try ProofVerifier(keys: keys, checkpoint: nil).verify(file.encoded)
        #expect(report.notes.contains { $0.hasSuffix("signed by witness.example/w1 at \(TestKeys.time)") })
    }

    @Test func whatVouchesForACheckpoint() async throws {
        let log = try await log()
        let file = try await prove(50, in: log)
        let stranger = try TestKeys()
        #expect(try verdict(file.encoded, []) == .indeterminate)
        #expect(try verdict(file.encoded, [stranger.log.verifierKey]) == .failed)
        #expect(try verdict(file.encoded, [], file.checkpoint) == .passed)
        // Known from elsewhere without the log's key; of another size; of another tree.
        #expect(try verdict(file.encoded, [stranger.witness.verifierKey], file.checkpoint) == .passed)
        let larger = try await prove(200, in: log).checkpoint
        #expect(try verdict(file.encoded, [log.keys.log.verifierKey], larger) == .failed)
        let forged = try log.keys.checkpoint(100, root: MerkleTree.emptyRoot)
        #expect(try verdict(file.encoded, [log.keys.log.verifierKey], forged) == .failed)
    }

    @Test func forgedProofsFail() async throws {
        let log = try await log()
        let keys = [log.keys.log.verifierKey]
        let file = try await prove(50, in: log)
        let other = try await prove(51, in: log)
        let forged = [
            InclusionProofFile(extra: other.extra, index: file.index, proof: file.proof, checkpoint: file.checkpoint),
            InclusionProofFile(extra: file.extra, index: other.index, proof: other.proof, checkpoint: file.checkpoint),
            InclusionProofFile(extra: nil, index: file.index, proof: file.proof, checkpoint: file.checkpoint),
            InclusionProofFile(extra: [1, 2, 3], index: file.index, proof: file.proof, checkpoint: file.checkpoint),
            InclusionProofFile(
                extra: file.extra, index: file.index, proof: file.proof,
                checkpoint: try log.keys.checkpoint(100, root: MerkleTree.emptyRoot)),
        ]
        for file in forged { #expect(try verdict(file.encoded, keys) == .failed) }
        #expect(throws: MessageLogFailure.self) { try verdict(Array("something".utf8), keys) }
    }

    @Test func growthIsProven() async throws {
        let log = try await log()
        let keys = [log.keys.log.verifierKey]
        let file = try await consistency(100, 450, in: log)
        let read = try ConsistencyProofFile(file.encoded)
        #expect(read == file && read.holds)
        #expect(try verdict(file.encoded, keys) == .passed)
        #expect(try verdict(file.encoded, []) == .indeterminate)
        #expect(try verdict(file.encoded, keys, file.to) == .passed)
        let mixed = ConsistencyProofFile(from: file.from, to: file.to, proof: try await consistency(300, 450, in: log).proof)
        #expect(try verdict(mixed.encoded, keys) == .failed)
        let same = try await consistency(300, 300, in: log)
        #expect(try verdict(same.encoded, keys) == .passed)
    }

    @Test func whatCannotBeProvenIsNamed() async throws {
        let log = try await log()
        try await log.writing { _ = try await $0.commit(CheckedLog.record(451)) }
        await #expect(throws: MessageLogFailure.notYetSigned(number: 451)) { try await prove(451, in: log) }
        let reader = try SQLiteLogReader(folder: log.path, keys: nil)
        let name = "\(reader.logIdentifier)-452"
        await #expect(throws: MessageLogFailure.unknownRecord(name: name)) { try await prove(452, in: log) }
        await #expect(throws: MessageLogFailure.unknownCheckpoint(size: 200, next: 300)) {
            try await consistency(200, 300, in: log)
        }
        await #expect(throws: MessageLogFailure.unknownCheckpoint(size: 500, next: nil)) {
            try await consistency(300, 500, in: log)
        }
        // A log that was changed gives no proof that would fail elsewhere.
        try log.sqlite("UPDATE record SET leaf_hash = zeroblob(32) WHERE number = 40")
        await #expect(throws: MessageLogFailure.logRewritten(known: 100)) { try await prove(50, in: log) }
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"type":"ura-log-consistency 2","from":"","to":"","proof":[]}"#,
        #"{"type":"ura-log-consistency 1","from":"x","to":"y","proof":[]}"#,
    ])
    func malformedConsistencyFilesAreRefused(_ text: String) {
        #expect(throws: MessageLogFailure.self) { try ConsistencyProofFile(Array(text.utf8)) }
    }
}
