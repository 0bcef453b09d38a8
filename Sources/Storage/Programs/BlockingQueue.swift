import Dispatch

/// A thread for calls that block, one at a time: never one of those that carry everybody's tasks.
struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    init(_ label: String) { queue = DispatchQueue(label: label) }

    func run<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let outcome: Result<Value, Failure> = await withCheckedContinuation { task in
            queue.async { task.resume(returning: Result(catching: work)) }
        }
        return try outcome.get()
    }
}
