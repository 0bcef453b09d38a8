import Synchronization

/// Lets one task sleep until a time is over or somebody rings. A ring while nobody sleeps ends the next sleep at once.
final class Alarm: Sendable {
    private struct State {
        var hasRung = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state.sleeper = nil }
            if state.sleeper == nil { state.hasRung = true }
            return state.sleeper
        }
        sleeper?.resume()
    }

    /// Also ends when the task is cancelled.
    func sleep(milliseconds: Int64) async {
        let timer = Task {
            do { try await Task.sleep(for: .milliseconds(milliseconds)) } catch { return }
            ring()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { sleeper in
                let isOver = state.withLock { state in
                    if !state.hasRung { state.sleeper = sleeper }
                    defer { state.hasRung = false }
                    return state.hasRung
                }
                if isOver { sleeper.resume() }
            }
        } onCancel: {
            ring()
        }
        timer.cancel()
    }
}
