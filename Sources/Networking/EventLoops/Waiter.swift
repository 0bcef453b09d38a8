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

    /// Runs `start`, which may keep the waiter for later, and waits for the result. A cancelled task gets `.cancelled` at once.
    static func wait(_ start: (Waiter) -> Void) async throws(NetworkingFailure) -> Value {
        let waiter = Waiter()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter.attach(continuation)
                start(waiter)
            }
        } onCancel: {
            waiter.resume(.failure(.cancelled))
        }
        return try outcome.get()
    }

    /// False once there is a result.
    var isWaiting: Bool {
        state.withLock { state in
            if case .finished = state { false } else { true }
        }
    }

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

    func attach(_ continuation: CheckedContinuation<Outcome, Never>) {
        let early: Outcome? = state.withLock { state in
            if case .finished(let outcome) = state { return outcome }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }
}
