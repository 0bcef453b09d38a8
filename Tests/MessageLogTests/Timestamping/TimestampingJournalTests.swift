import MessageLog
import Synchronization
import Testing
import XRoadModel

@Suite struct TimestampingJournalTests {
    private let world: TimestampingWorld

    init() throws { world = try TimestampingWorld() }

    /// A journal that commits into the world's log.
    private struct WorldJournal: Journal {
        let world: TimestampingWorld

        func commit(_ record: LogRecord) async throws(MessageLogFailure) -> RecordIdentifier {
            RecordIdentifier(number: world.commitOne(), name: "record")
        }
    }

    private func record() -> LogRecord {
        let sample = TestLog.record()
        let entry = sample.entry
        return LogRecord(
            entry: LogEntry(
                time: world.now(), side: entry.side, direction: entry.direction, kind: entry.kind,
                requestIdentifier: entry.requestIdentifier, messageIdentifier: entry.messageIdentifier, client: entry.client,
                service: entry.service),
            owner: sample.owner, messagePart: sample.messagePart, signature: sample.signature,
            configurationHash: sample.configurationHash)
    }

    /// Runs `body` while the service runs.
    private func running(
        _ mode: TimestampingSettings.Mode, _ body: (TimestampingJournal, TimestampingService) async throws -> Void
    ) async throws {
        let service = try await world.service(mode)
        let task = Task { await service.run() }
        try await body(TimestampingJournal(WorldJournal(world: world), timestamping: service), service)
        task.cancel()
        await task.value
    }

    @Test func batchModeReturnsAtOnce() async throws {
        try await running(.batch) { journal, _ in
            world.set(.waits, of: TimestampingWorld.first)
            let receipt = try await journal.append(record())
            #expect(receipt.identifier.number == 2)
            #expect(world.saved.timestamps.isEmpty)
            world.release()
        }
    }

    @Test func immediateModeReturnsWithTheStamp() async throws {
        try await running(.immediate) { journal, _ in
            for expected: Int64 in [2, 4, 6] {
                let receipt = try await journal.append(record())
                #expect(receipt.identifier.number == expected)
                #expect(world.saved.timestamps.last?.last == expected)
            }
        }
        #expect(world.asked.count == 3)
    }

    /// What comes while an authority is asked shares the next time-stamp.
    @Test func coalescing() async throws {
        world.set(.waits, of: TimestampingWorld.first)
        try await running(.immediate) { journal, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await journal.append(record()) }
                while world.asked.isEmpty { await Task.yield() }
                for _ in 0..<49 { group.addTask { _ = try await journal.append(record()) } }
                while world.saved.records.count < 50 { await Task.yield() }
                world.release()
                try await group.waitForAll()
            }
        }
        #expect(world.saved.timestamps.map(\.last) == [2, 100])
        #expect(world.asked.count == 2)
    }

    /// Where no authority stamps, the message must not leave; it is stamped later all the same, and while no authority may be asked
    /// messages are refused before they are written.
    @Test func immediateModeWithFailingAuthorities() async throws {
        let down = TimestampingWorld.Behaviour.fails(.unreachable(reason: "no route"))
        for authority in [TimestampingWorld.first, TimestampingWorld.second] { world.set(down, of: authority) }
        try await running(.immediate) { journal, _ in
            let refused = await failure { try await journal.append(record()) }
            #expect(refused?.contains("TSA first: no route") == true && refused?.contains("TSA second: no route") == true)
            #expect(world.saved.records.count == 1)
            _ = await failure { try await journal.append(record()) }
            #expect(world.saved.records.count == 1)
            for authority in [TimestampingWorld.first, TimestampingWorld.second] { world.set(.stamps, of: authority) }
            world.advance(seconds: 1)
            _ = try await journal.append(record())
        }
        #expect(world.saved.timestamps.map(\.first) == [2] && world.saved.timestamps.map(\.last) == [4])
    }

    @Test func batchModeRefusesWhenTheOldestHasWaitedTooLong() async throws {
        let down = TimestampingWorld.Behaviour.fails(.httpStatus(503))
        for authority in [TimestampingWorld.first, TimestampingWorld.second] { world.set(down, of: authority) }
        let service = try await world.service()
        let journal = TimestampingJournal(WorldJournal(world: world), timestamping: service)
        _ = try await journal.append(record())
        await service.round()
        world.advance(seconds: 14_400)
        _ = try await journal.append(record())
        world.advance(seconds: 1)
        let refused = await failure { try await journal.append(record()) }
        #expect(refused?.contains("since 2026-11-23T12:00:00Z: TSA first: it answered with HTTP status 503") == true)
        #expect(world.saved.records.count == 2)
        for authority in [TimestampingWorld.first, TimestampingWorld.second] { world.set(.stamps, of: authority) }
        world.advance(seconds: 60)
        await service.round()
        _ = try await journal.append(record())
    }

    /// Whoever still waits at shutdown is told, and the next process finds the message.
    @Test func shutdownWhileWaiting() async throws {
        world.set(.waits, of: TimestampingWorld.first)
        let service = try await world.service(.immediate)
        let task = Task { await service.run() }
        let journal = TimestampingJournal(WorldJournal(world: world), timestamping: service)
        async let outcome = failure { try await journal.append(record()) }
        while world.asked.isEmpty { await Task.yield() }
        world.failSaves([.journalClosed])
        task.cancel()
        world.release()
        await task.value
        #expect(await outcome == MessageLogFailure.journalClosed.description)
        _ = try await world.service().round()
        #expect(world.saved.timestamps.map(\.last) == [2])
    }

    private func failure(_ body: () async throws -> some Sendable) async -> String? {
        do {
            _ = try await body()
            return nil
        } catch { return "\(error)" }
    }
}
