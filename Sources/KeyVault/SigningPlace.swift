import Foundation
import PKI

/// Where a key computes. A signature by P-256 takes some 25 µs, less than the way to another thread and back; all others take so long
/// that the thread of an event loop may not wait for them.
enum SigningPlace: Sendable {
    case callingThread
    case ownThreads(DispatchQueue, count: Int)

    init(for key: KeyKind) {
        switch key {
        case .ec(curve: .p256): self = .callingThread
        case .ec, .rsa:
            let count = ProcessInfo.processInfo.activeProcessorCount
            self = .ownThreads(DispatchQueue(label: "signing", attributes: .concurrent), count: count)
        }
    }

    /// How many signatures may be computed at a time.
    var width: Int {
        switch self {
        case .callingThread: .max
        case .ownThreads(_, let count): count
        }
    }

    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        switch self {
        case .callingThread: work()
        case .ownThreads(let queue, _):
            await withCheckedContinuation { task in queue.async { task.resume(returning: work()) } }
        }
    }
}
