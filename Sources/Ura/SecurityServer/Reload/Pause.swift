import Synchronization

/// The wait of a repeating job, which can be cut short when its interval changes. For one waiting task at a time.
final class Pause: Sendable {
    private let sleeper = Mutex<Task<Void, Never>?>(nil)

    /// Throws where the waiting task itself is cancelled.
    func wait(milliseconds: Int64) async throws(CancellationError) {
        let task = Task { _ = try? await Task.sleep(for: .milliseconds(milliseconds)) }
        sleeper.withLock { $0 = task }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        if Task.isCancelled { throw CancellationError() }
    }

    func end() { sleeper.withLock { $0 }?.cancel() }
}
