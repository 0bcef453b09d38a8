import Synchronization

/// A suspended caller that gets exactly one result, whoever is first: the event loop, or the cancellation of its task.
final class Waiter<Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, NetworkingFailure>

    private enum State {
        case fresh
        case waiting(CheckedContinuation<Outcome, Never>)
        case finished(Outcome)
    }

    private let state = Mutex(State.fresh)

    /// Runs `start`, which may keep the waiter for later, and waits for the result. A cancelled task gets `.cancelled` at once, and
    /// `start` does not run where the task was cancelled before. Does not suspend where `start` gives the result itself.
    static func wait(_ start: (Waiter) -> Void) async throws(NetworkingFailure) -> Value {
        guard !Task.isCancelled else { throw .cancelled }
        let waiter = Waiter()
        start(waiter)
        if let outcome = waiter.outcome { return try outcome.get() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter.attach($0) }
        } onCancel: {
            waiter.resume(.failure(.cancelled))
        }
        return try outcome.get()
    }

    /// Nil as long as there is none.
    private var outcome: Outcome? {
        state.withLock { state in
            if case .finished(let outcome) = state { outcome } else { nil }
        }
    }

    /// False once there is a result.
    var isWaiting: Bool { outcome == nil }

    /// The first result counts. False for a later one, which is dropped.
    @discardableResult
    func resume(_ outcome: Outcome) -> Bool {
        let continuation: CheckedContinuation<Outcome, Never>?? = state.withLock { state in
            switch state {
            case .fresh:
                state = .finished(outcome)
                return .some(nil)
            case .waiting(let continuation):
                state = .finished(outcome)
                return continuation
            case .finished: return nil
            }
        }
        guard let continuation else { return false }
        continuation?.resume(returning: outcome)
        return true
    }

    private func attach(_ continuation: CheckedContinuation<Outcome, Never>) {
        let early: Outcome? = state.withLock { state in
            if case .finished(let outcome) = state { return outcome }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }
}
