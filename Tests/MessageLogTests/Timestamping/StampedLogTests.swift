import MessageLog
import PKI
import SignedDocuments
import Storage
import Testing
import XML
import XRoadModel

/// The service on the log itself: what is committed is found, stamped once, kept, and read back as a container holds it.
@Suite struct StampedLogTests {
    private let log: TestLog
    private let world: TimestampingWorld

    init() throws {
        log = try TestLog()
        world = try TimestampingWorld()
    }

    private func record(_ number: Int, signature: String) -> LogRecord {
        let sample = TestLog.record(number)
        return LogRecord(
            entry: LogEntry(
                time: world.now(), side: sample.entry.side, direction: sample.entry.direction, kind: sample.entry.kind,
                requestIdentifier: "request-\(number)", messageIdentifier: "message-\(number)", client: sample.entry.client,
                service: sample.entry.service),
            owner: sample.owner, policy: sample.policy, decision: sample.decision, messagePart: sample.messagePart,
            signature: SignatureData(signature: Array(signature.utf8)), configurationHash: sample.configurationHash)
    }

    /// That the record has a time-stamp whose hash chain leads to its own signature document, by a token of an approved authority.
    private func expectStamped(_ identifier: RecordIdentifier, in journal: SQLiteJournal) async throws {
        let logged = try await log.openReader().record(named: identifier.name)
        let timestamp = try #require(logged.timestamp)
        _ = try TimestampVerifier.verify(
            TimestampToken(der: timestamp.token), of: timestamp.hashChain.result, signedAt: logged.record.entry.time,
            approved: world.certificates, at: world.now())
        let parts = try HashChainVerifier.verify(
            result: timestamp.hashChain.result, chains: [PartName.timestampHashChain: timestamp.hashChain.chain],
            parts: StampedDocument(bytes: logged.record.signature.signature))
        #expect(parts.map(\.name) == [PartName.signature])
    }

    /// Signature documents that messages share are stamped once, in batches of three; after a restart the log goes on where it was.
    @Test func batchesAcrossARestart() async throws {
        var identifiers: [RecordIdentifier] = []
        var journal = try log.open()
        var service = try await world.service(batchLimit: 3, store: journal)
        for number in 0..<7 {
            identifiers.append(try await journal.commit(record(number, signature: "<signature n='\(number / 2)'/>")))
        }
        #expect(try await journal.unstamped(limit: 100).map(\.number) == identifiers.map(\.number))
        #expect(await service.round() != .wait(until: world.now()))
        #expect(try await journal.unstamped(limit: 100).count == 4)
        await journal.close()

        journal = try log.open()
        service = try await world.service(batchLimit: 3, store: journal)
        identifiers.append(try await journal.commit(record(7, signature: "<signature n='0'/>")))
        for _ in 0..<4 { await service.round() }
        #expect(try await journal.oldestUnstamped() == nil)
        for identifier in identifiers { try await expectStamped(identifier, in: journal) }
        #expect(
            try log.sqlite("SELECT first, last FROM timestamp ORDER BY first")
                == identifiers.map(\.number).split3().map { "\($0.first ?? 0)|\($0.last ?? 0)" }.joined(separator: "\n"))
        await journal.close()
    }

    @Test func immediateMode() async throws {
        let journal = try log.open()
        let service = try await world.service(.immediate, store: journal)
        let stamping = TimestampingJournal(journal, timestamping: service)
        let task = Task { await service.run() }
        let receipts = try await withThrowingTaskGroup(of: JournalReceipt.self) { group in
            for number in 0..<20 {
                let record = record(number, signature: "<signature n='\(number)'/>")
                group.addTask { try await stamping.append(record) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await journal.oldestUnstamped() == nil)
        for receipt in receipts { try await expectStamped(receipt.identifier, in: journal) }
        task.cancel()
        await task.value
        await journal.close()
    }
}

extension [Int64] {
    /// In threes.
    fileprivate func split3() -> [ArraySlice<Int64>] {
        stride(from: 0, to: count, by: 3).map { self[$0..<Swift.min($0 + 3, count)] }
    }
}

private struct StampedDocument: SignedParts {
    let bytes: [UInt8]
    var names: [String] { [PartName.signature] }
    var areAtHand: Bool { true }
    var mayLackParts: Bool { false }

    func digest(of name: String, _ algorithm: DigestAlgorithm, canonicalization: CanonicalizationMethod?) -> [UInt8]? {
        algorithm.digest(bytes)
    }
}
