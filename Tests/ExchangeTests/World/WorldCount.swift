import Synchronization

/// Bounds how many worlds there are at a time: each has two servers with their threads and files, and tests start all at once.
final class WorldCount: Sendable {
    static let shared = WorldCount(limit: 6)

    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(limit: Int) { state = Mutex(State(free: limit)) }

    func enter() async {
        await withCheckedContinuation { task in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(task)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { task.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
