import MessageLog
import PKI
import Testing

@testable import Storage

/// The queue by itself; the test is its writer.
@Suite(.timeLimit(.minutes(1))) struct CommitQueueTests {
    private func queue(_ change: (inout JournalSettings) -> Void = { _ in }) -> CommitQueue {
        var settings = JournalSettings()
        change(&settings)
        return CommitQueue(settings: settings)
    }

    /// A write that is told by the number of its key.
    private func write(_ number: Int64, bytes: Int = 100) throws -> LogWrite {
        let record = TestLog.record(messagePart: [UInt8](repeating: 0, count: bytes))
        return .record(try SealedRecord(sealing: record, key: RecordKey(number: number, opened: .random(32))))
    }

    /// One task for each write, in this order in the queue.
    private func submit(_ writes: LogWrite..., to queue: CommitQueue) async throws -> [Task<CommitQueue.Outcome, Never>] {
        var tasks: [Task<CommitQueue.Outcome, Never>] = []
        for write in writes {
            let before = queue.waitingCount
            tasks.append(Task { await queue.submit(write) })
            while queue.waitingCount == before { try await Task.sleep(for: .milliseconds(1)) }
        }
        return tasks
    }

    private func finish(_ group: [CommitQueue.Waiting]?) { for waiting in group ?? [] { waiting.tell(.success(1)) } }

    private func numbers(_ group: [CommitQueue.Waiting]?) -> [Int64]? {
        group?.map { if case .record(let record) = $0.write { record.key } else { 0 } }
    }

    @Test func groupIsWhatWaitsInOrder() async throws {
        let queue = queue { $0.groupRecords = 3 }
        let tasks = try await submit(write(1), write(2), write(3), write(4), to: queue)
        let first = queue.nextGroup(waiting: nil)
        let second = queue.nextGroup(waiting: nil)
        #expect(numbers(first) == [1, 2, 3])
        #expect(numbers(second) == [4])
        #expect(numbers(queue.nextGroup(waiting: 1)) == [])
        finish(first)
        finish(second)
        for task in tasks { #expect(await task.value == .success(1)) }
    }

    @Test func groupIsBoundedInBytesButNeverEmpty() async throws {
        let queue = queue { $0.groupBytes = 5000 }
        _ = try await submit(
            write(1, bytes: 9000), write(2, bytes: 400), write(3, bytes: 400), write(4, bytes: 2400), to: queue)
        let groups = [queue.nextGroup(waiting: nil), queue.nextGroup(waiting: nil), queue.nextGroup(waiting: nil)]
        #expect(groups.map(numbers) == [[1], [2, 3], [4]])
        groups.forEach(finish)
    }

    @Test func fullQueueRefusesAndRecovers() async throws {
        let queue = queue { $0.maximumWaiting = 2 }
        _ = try await submit(write(1), write(2), to: queue)
        #expect(await queue.submit(try write(3)) == .failure(.journalOverloaded(waiting: 2)))
        finish(queue.nextGroup(waiting: nil))
        _ = try await submit(write(4), to: queue)
        finish(queue.nextGroup(waiting: nil))
    }

    @Test func bytesOfTheQueueAreBounded() async throws {
        let queue = queue { $0.maximumWaitingBytes = 5000 }
        _ = try await submit(write(1, bytes: 2000), to: queue)
        #expect(await queue.submit(try write(2, bytes: 2000)) == .failure(.journalOverloaded(waiting: 1)))
        finish(queue.nextGroup(waiting: nil))
        _ = try await submit(write(3, bytes: 2000), to: queue)
        finish(queue.nextGroup(waiting: nil))
    }

    @Test func longWaitIsRefused() async throws {
        let queue = queue { $0.waitMilliseconds = 1000 }
        let tasks = try await submit(write(1), write(2), to: queue)
        queue.refuseExpired(at: .now)
        #expect(queue.waitingCount == 2)
        queue.refuseExpired(at: .now + .seconds(2))
        for task in tasks { #expect(await task.value == .failure(.journalOverloaded(waiting: 2))) }
        #expect(numbers(queue.nextGroup(waiting: 1)) == [])
    }

    @Test func closedQueueGivesOutWhatWaits() async throws {
        let queue = queue()
        let tasks = try await submit(write(1), to: queue)
        queue.close()
        #expect(await queue.submit(try write(2)) == .failure(.journalClosed))
        finish(queue.nextGroup(waiting: nil))
        #expect(queue.nextGroup(waiting: nil) == nil)
        #expect(await tasks[0].value == .success(1))
    }
}
