import MessageLog
import PKI
import SignedDocuments
import TestSupport
import Testing
import XRoadModel

@testable import Storage

@Suite struct TimestampTests {
    private let log: TestLog

    init() throws { log = try TestLog() }

    /// Records with signatures of their own, but 3 and 4, which share one; an event is number 3's neighbour.
    private func fill(_ journal: SQLiteJournal) async throws {
        for number in [1, 2, 4, 4, 6] {
            if number == 4, try journal.reader.treeSize() == 2 {
                _ = try await journal.record(LogEvent(kind: "test", statement: [:], time: .now))
            }
            _ = try await journal.append(record(number))
        }
    }

    private func record(_ signature: Int, policy: LogPolicy = LogPolicy()) -> LogRecord {
        let sample = TestLog.record(signature)
        return LogRecord(
            entry: sample.entry, owner: sample.owner, policy: policy, messagePart: sample.messagePart,
            signature: SignatureData(signature: Array("<signature \(signature)/>".utf8)), configurationHash: [1])
    }

    private func digest(_ signature: Int) -> [UInt8] { DigestAlgorithm.sha512.digest(Array("<signature \(signature)/>".utf8)) }

    private func timestamp(_ first: Int64, _ last: Int64, _ signatures: [Int]) -> BatchTimestamp {
        let digests = signatures.map(digest)
        let chain = BatchHashChain(.signatureDocuments, inputs: digests.map { [$0] }, algorithm: .sha512)
        return BatchTimestamp(
            first: first, last: last, time: .now, authority: "CN=TSA", token: [1, 2, 3], result: chain.result, digests: digests)
    }

    private func refusal(_ journal: SQLiteJournal, _ timestamp: BatchTimestamp) async -> String? {
        do {
            try await journal.save(timestamp)
            return nil
        } catch MessageLogFailure.timestampRefused(let reason) {
            return reason
        } catch {
            return "other: \(error)"
        }
    }

    @Test func rangesFollowEachOther() async throws {
        let journal = try log.open()
        #expect(try await journal.oldestUnstamped() == nil)
        #expect(await refusal(journal, timestamp(1, 1, [1])) == "it begins with 1, the first message without one is none")
        try await fill(journal)
        let unstamped = try await journal.unstamped(limit: 10)
        #expect(unstamped.map(\.number) == [1, 2, 4, 5, 6])
        #expect(unstamped.map(\.signatureDigest) == [1, 2, 4, 4, 6].map(digest))
        #expect(try await journal.oldestUnstamped() == Instant(millisecondsSince1970: 1_790_000_000_001))
        #expect(await refusal(journal, timestamp(2, 5, [2, 4])) == "it begins with 2, the first message without one is 1")
        #expect(await refusal(journal, timestamp(1, 3, [1, 2])) == "it ends with 3, which is no message")
        #expect(await refusal(journal, timestamp(1, 9, [1, 2, 4, 6])) == "it ends with 9, which is no message")
        #expect(await refusal(journal, timestamp(1, 4, [1, 4])) == "it does not cover the signature of message 2")
        try await journal.save(timestamp(1, 4, [1, 2, 4]))
        #expect(try await journal.unstamped(limit: 1).map(\.number) == [5])
        #expect(await refusal(journal, timestamp(1, 4, [1, 2, 4])) == "it begins with 1, the first message without one is 5")
        try await journal.save(timestamp(5, 6, [4, 6]))
        #expect(try await journal.unstamped(limit: 10) == [])
        await journal.close()
        let again = try log.open()
        _ = try await again.append(record(7))
        #expect(try await again.unstamped(limit: 10).map(\.number) == [7])
    }

    @Test func recordsAreReadWithTheirOwnChain() async throws {
        let journal = try log.open()
        try await fill(journal)
        let saved = timestamp(1, 5, [1, 2, 4])
        try await journal.save(saved)
        let chains = BatchHashChain(.signatureDocuments, inputs: saved.digests.map { [$0] }, algorithm: .sha512)
        for (number, index) in [(1, 0), (2, 1), (4, 2), (5, 2)] {
            let name = "\(journal.reader.logIdentifier)-\(number)"
            let logged = try await journal.reader.record(named: name)
            #expect(
                logged.timestamp == SignedContainer.Timestamp(token: [1, 2, 3], hashChain: chains.documents(at: index)))
            let container = try SignedContainer(reading: LogExport.container(of: logged))
            #expect(container.timestamp == logged.timestamp)
        }
        #expect(try await journal.reader.record(named: "\(journal.reader.logIdentifier)-6").timestamp == nil)
    }

    /// What erasure has destroyed needs no time-stamp and does not hold up those of others.
    @Test func destroyedSignaturesArePassedOver() async throws {
        let journal = try log.open()
        for number in 1...3 {
            _ = try await journal.append(record(number, policy: LogPolicy(signatureOnErasure: .destroy)))
        }
        _ = try await journal.erase([1, 3], event: LogEvent(kind: "erasure", statement: [:], time: .now))
        #expect(try await journal.unstamped(limit: 9).map(\.number) == [2])
        try await journal.save(timestamp(2, 2, [2]))
        #expect(try await journal.unstamped(limit: 9) == [])
        _ = try await journal.erase([2], event: LogEvent(kind: "erasure", statement: [:], time: .now))
        #expect(try await journal.oldestUnstamped() == nil)
    }
}
