import NIOCore

/// The way of async code to state that lives on an event loop. On the loop itself a call costs no change of thread.
struct LoopConfined<State>: Sendable {
    let eventLoop: any EventLoop
    private let state: NIOLoopBound<State>

    /// On the loop only.
    init(_ state: State, on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.state = NIOLoopBound(state, eventLoop: eventLoop)
    }

    func run(_ body: @escaping @Sendable (State) -> Void) {
        if eventLoop.inEventLoop {
            body(state.value)
        } else {
            eventLoop.execute { body(state.value) }
        }
    }

    /// Runs `start` on the loop and waits until it, or what it sets off, resumes the waiter. A cancelled task gets `.cancelled` at
    /// once, and `start` does not run where the task was cancelled before; on the loop itself a result that `start` gives at once
    /// costs no task switch.
    func call<Value: Sendable>(
        _ start: @escaping @Sendable (State, Waiter<Value>) -> Void
    ) async throws(NetworkingFailure) -> Value {
        try await Waiter.wait { waiter in
            run { state in
                if waiter.isWaiting { start(state, waiter) }
            }
        }
    }
}
