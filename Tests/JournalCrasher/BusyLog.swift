import Foundation
import MessageLog
import PKI
import SignedDocuments
import Storage
import Synchronization
import XRoadModel

/// Everything that changes a log, at once and for ever. Says `NAME` of each record that is committed, `erasing NUMBER` before and
/// `erased NUMBER` after an erasure, `stamped LAST` and `rotated`.
final class BusyLog: Sendable {
    private let journal: SQLiteJournal
    /// Numbers of records that may be erased.
    private let committed = Mutex<[Int64]>([])

    init(journal: SQLiteJournal) { self.journal = journal }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { try await self.append() } }
            group.addTask { try await self.erase() }
            group.addTask { try await self.stamp() }
            group.addTask { try await self.rotate() }
            try await group.waitForAll()
        }
    }

    private func append() async throws {
        for number in 1... {
            let record = try SampleRecord.make(number, contentFolder: journal.contentFolder)
            let identifier = try await journal.append(record).identifier
            JournalCrasher.announce(identifier.name)
            committed.withLock { $0.append(identifier.number) }
        }
    }

    private func erase() async throws {
        while true {
            let number = committed.withLock { numbers in
                numbers.isEmpty ? nil : numbers.remove(at: .random(in: numbers.indices))
            }
            guard let number else {
                try await Task.sleep(for: .milliseconds(1))
                continue
            }
            JournalCrasher.announce("erasing \(number)")
            _ = try await journal.erase([number], event: event("erasure", ["records": "\(number)"]))
            JournalCrasher.announce("erased \(number)")
        }
    }

    private func stamp() async throws {
        while true {
            let unstamped = try await journal.unstamped(limit: 20)
            guard let first = unstamped.first, let last = unstamped.last else {
                try await Task.sleep(for: .milliseconds(1))
                continue
            }
            let digests = unstamped.map(\.signatureDigest)
            let chain = BatchHashChain(.signatureDocuments, inputs: digests.map { [$0] }, algorithm: .sha512)
            let timestamp = BatchTimestamp(
                first: first.number, last: last.number, time: last.time, authority: "CN=TSA", token: [1], result: chain.result,
                digests: digests)
            if try await save(timestamp) { JournalCrasher.announce("stamped \(last.number)") }
        }
    }

    /// False where erasure has destroyed the first or last signature meanwhile.
    private func save(_ timestamp: BatchTimestamp) async throws -> Bool {
        do throws(MessageLogFailure) {
            try await journal.save(timestamp)
            return true
        } catch {
            guard case .timestampRefused = error else { throw error }
            return false
        }
    }

    private func rotate() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(20))
            _ = try await journal.rotateKey(of: SampleRecord.owner, event: event("key-rotation", [:]))
            JournalCrasher.announce("rotated")
        }
    }

    private func event(_ kind: String, _ statement: [String: String]) -> LogEvent {
        LogEvent(
            kind: kind, statement: statement,
            time: Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000)))
    }
}
