import Foundation
import MessageLog
import Synchronization

/// What waits for the writer. Bounded in number, bytes and time: more is refused, never lost.
final class CommitQueue: Sendable {
    /// The number that the write gave.
    typealias Outcome = Result<Int64, MessageLogFailure>

    struct Waiting: Sendable {
        let write: LogWrite
        let since: ContinuousClock.Instant
        let tell: @Sendable (Outcome) -> Void
    }

    private struct State {
        var waiting: [Waiting] = []
        var byteCount = 0
        var isClosed = false
    }

    private let settings: JournalSettings
    private let state = Mutex(State())
    /// Counts once for each change from nothing waiting to something waiting, and once for closing.
    private let news = DispatchSemaphore(value: 0)

    init(settings: JournalSettings) { self.settings = settings }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// The write's outcome, once it is known.
    func submit(_ write: LogWrite) async -> Outcome {
        await withCheckedContinuation { task in submit(write) { task.resume(returning: $0) } }
    }

    /// The same for callers without a task. Blocks the thread.
    func perform(_ write: LogWrite) -> Outcome {
        let done = DispatchSemaphore(value: 0)
        let outcome = Mutex<Outcome>(.failure(.journalClosed))
        submit(write) { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        return outcome.withLock { $0 }
    }

    private func submit(_ write: LogWrite, tell: @escaping @Sendable (Outcome) -> Void) {
        let refusal = state.withLock { state -> MessageLogFailure? in
            if state.isClosed { return .journalClosed }
            guard state.waiting.count < settings.maximumWaiting,
                state.byteCount + write.byteCount <= settings.maximumWaitingBytes
            else { return .journalOverloaded(waiting: state.waiting.count) }
            state.waiting.append(Waiting(write: write, since: .now, tell: tell))
            state.byteCount += write.byteCount
            if state.waiting.count == 1 { news.signal() }
            return nil
        }
        if let refusal { tell(.failure(refusal)) }
    }

    /// Everything that waits, up to a group's size, in order; none where nothing came in `milliseconds` (nil: as long as it takes);
    /// nil when the queue is closed and empty. Blocks the writer's thread.
    func nextGroup(waiting milliseconds: Int?) -> [Waiting]? {
        while true {
            let (group, isClosed) = state.withLock { state -> ([Waiting], Bool) in
                let group = takeGroup(&state)
                return (group, state.isClosed)
            }
            if !group.isEmpty { return group }
            if isClosed { return nil }
            let deadline = milliseconds.map { DispatchTime.now() + .milliseconds($0) } ?? .distantFuture
            if news.wait(timeout: deadline) == .timedOut { return [] }
        }
    }

    private func takeGroup(_ state: inout State) -> [Waiting] {
        var bytes = 0
        var count = 0
        for waiting in state.waiting.prefix(settings.groupRecords) {
            bytes += waiting.write.byteCount
            if count > 0 && bytes > settings.groupBytes { break }
            count += 1
        }
        let group = Array(state.waiting.prefix(count))
        state.waiting.removeFirst(count)
        state.byteCount -= group.reduce(0) { $0 + $1.write.byteCount }
        return group
    }

    /// Refuses what waited longer than allowed; what the writer has taken is its own.
    func refuseExpired(at now: ContinuousClock.Instant = .now) {
        let (expired, left) = state.withLock { state -> ([Waiting], Int) in
            let expired = state.waiting.prefix { now - $0.since > .milliseconds(settings.waitMilliseconds) }
            state.waiting.removeFirst(expired.count)
            state.byteCount -= expired.reduce(0) { $0 + $1.write.byteCount }
            return (Array(expired), state.waiting.count)
        }
        for waiting in expired { waiting.tell(.failure(.journalOverloaded(waiting: expired.count + left))) }
    }

    /// Nothing more is taken; what waits is still written.
    func close() {
        state.withLock { $0.isClosed = true }
        news.signal()
    }
}
