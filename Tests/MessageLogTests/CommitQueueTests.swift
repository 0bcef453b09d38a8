import MessageLog
import Testing

@testable import Storage

/// The queue by itself; the test is its writer.
@Suite(.timeLimit(.minutes(1))) struct CommitQueueTests {
    private func queue(_ change: (inout JournalSettings) -> Void = { _ in }) -> CommitQueue {
        var settings = JournalSettings()
        change(&settings)
        return CommitQueue(settings: settings)
    }

    private func row(_ name: String, bytes: Int = 100) -> LogRow {
        LogRow(name: name, record: TestLog.record(messagePart: [UInt8](repeating: 0, count: bytes)), attachments: [])
    }

    /// One task for each row, in this order in the queue.
    private func submit(_ rows: LogRow..., to queue: CommitQueue) async throws -> [Task<CommitQueue.Outcome, Never>] {
        var tasks: [Task<CommitQueue.Outcome, Never>] = []
        for row in rows {
            let before = queue.waitingCount
            tasks.append(Task { await queue.submit(row) })
            while queue.waitingCount == before { try await Task.sleep(for: .milliseconds(1)) }
        }
        return tasks
    }

    private func finish(_ group: [CommitQueue.Waiting]?) {
        for waiting in group ?? [] {
            waiting.task.resume(returning: .success(RecordIdentifier(number: 1, name: waiting.row.name)))
        }
    }

    private func names(_ group: [CommitQueue.Waiting]?) -> [String]? { group?.map(\.row.name) }

    @Test func groupIsWhatWaitsInOrder() async throws {
        let queue = queue { $0.groupRecords = 3 }
        let tasks = try await submit(row("a"), row("b"), row("c"), row("d"), to: queue)
        let first = queue.nextGroup(waiting: nil)
        let second = queue.nextGroup(waiting: nil)
        #expect(names(first) == ["a", "b", "c"])
        #expect(names(second) == ["d"])
        #expect(names(queue.nextGroup(waiting: 1)) == [])
        finish(first)
        finish(second)
        for (task, name) in zip(tasks, ["a", "b", "c", "d"]) {
            #expect(await task.value == .success(RecordIdentifier(number: 1, name: name)))
        }
    }

    @Test func groupIsBoundedInBytesButNeverEmpty() async throws {
        let queue = queue { $0.groupBytes = 1000 }
        _ = try await submit(row("a", bytes: 5000), row("b", bytes: 400), row("c", bytes: 400), row("d", bytes: 400), to: queue)
        let groups = [queue.nextGroup(waiting: nil), queue.nextGroup(waiting: nil), queue.nextGroup(waiting: nil)]
        #expect(groups.map(names) == [["a"], ["b", "c"], ["d"]])
        groups.forEach(finish)
    }

    @Test func fullQueueRefusesAndRecovers() async throws {
        let queue = queue { $0.maximumWaiting = 2 }
        _ = try await submit(row("a"), row("b"), to: queue)
        #expect(await queue.submit(row("c")) == .failure(.journalOverloaded(waiting: 2)))
        finish(queue.nextGroup(waiting: nil))
        _ = try await submit(row("d"), to: queue)
        finish(queue.nextGroup(waiting: nil))
    }

    @Test func bytesOfTheQueueAreBounded() async throws {
        let queue = queue { $0.maximumWaitingBytes = 1000 }
        _ = try await submit(row("a", bytes: 600), to: queue)
        #expect(await queue.submit(row("b", bytes: 600)) == .failure(.journalOverloaded(waiting: 1)))
        finish(queue.nextGroup(waiting: nil))
        _ = try await submit(row("c", bytes: 600), to: queue)
        finish(queue.nextGroup(waiting: nil))
    }

    @Test func longWaitIsRefused() async throws {
        let queue = queue { $0.waitMilliseconds = 1000 }
        let tasks = try await submit(row("a"), row("b"), to: queue)
        queue.refuseExpired(at: .now)
        #expect(queue.waitingCount == 2)
        queue.refuseExpired(at: .now + .seconds(2))
        for task in tasks { #expect(await task.value == .failure(.journalOverloaded(waiting: 2))) }
        #expect(names(queue.nextGroup(waiting: 1)) == [])
    }

    @Test func closedQueueGivesOutWhatWaits() async throws {
        let queue = queue()
        let tasks = try await submit(row("a"), to: queue)
        queue.close()
        #expect(await queue.submit(row("b")) == .failure(.journalClosed))
        finish(queue.nextGroup(waiting: nil))
        #expect(queue.nextGroup(waiting: nil) == nil)
        #expect(await tasks[0].value == .success(RecordIdentifier(number: 1, name: "a")))
    }
}
