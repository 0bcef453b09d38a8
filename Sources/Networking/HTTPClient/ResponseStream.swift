import Synchronization

/// Status line and headers of a final response.
struct ReceivedHead: Sendable {
    let status: Int
    let reason: String
    var headers: [OutboundField]
}

/// A response on its way from the driver's thread to the caller's task, with a bounded store between them.
final class ResponseStream: Sendable {
    /// Bytes at which receiving stops, and to which the store must fall before it goes on.
    private static let highMark = 256 << 10
    private static let lowMark = 64 << 10

    private struct State {
        var head: ReceivedHead?
        var chunks: [[UInt8]] = []
        var firstChunk = 0
        var byteCount = 0
        var isPaused = false
        var outcome: Result<Void, NetworkingFailure>?
        var waiting: [CheckedContinuation<Void, Never>] = []

        mutating func takeChunk() -> [UInt8]? {
            guard firstChunk < chunks.count else { return nil }
            let chunk = chunks[firstChunk]
            chunks[firstChunk] = []
            firstChunk += 1
            if firstChunk == chunks.count {
                chunks.removeAll(keepingCapacity: true)
                firstChunk = 0
            }
            byteCount -= chunk.count
            return chunk
        }
    }

    private let state = Mutex(State())

    // MARK: The driver's side

    func deliver(_ head: ReceivedHead) { state.withLock { $0.head = head } }

    /// False where the store is full: the bytes were not taken and `resume` will be asked for.
    func deliver(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            guard state.byteCount < Self.highMark else {
                state.isPaused = true
                return false
            }
            state.chunks.append([UInt8](bytes))
            state.byteCount += bytes.count
            return true
        }
    }

    /// The first outcome counts.
    func finish(_ outcome: Result<Void, NetworkingFailure>) { state.withLock { $0.outcome = $0.outcome ?? outcome } }

    /// Tells the caller about everything that was delivered. Not done with each delivery: the driver collects what one pass brings.
    func wake() {
        for task in state.withLock({ state in
            defer { state.waiting = [] }
            return state.waiting
        }) { task.resume() }
    }

    // MARK: The caller's side

    var isFinished: Bool { state.withLock { $0.outcome != nil } }

    enum Next<Value: Sendable>: Sendable {
        case value(Value)
        case ended(Result<Void, NetworkingFailure>)
        case wait
    }

    func head() -> Next<ReceivedHead> {
        state.withLock { state in
            if let head = state.head { return .value(head) }
            return state.outcome.map(Next.ended) ?? .wait
        }
    }

    /// The next chunk, and whether receiving should go on.
    func chunk() -> (next: Next<[UInt8]>, resumes: Bool) {
        state.withLock { state in
            guard let chunk = state.takeChunk() else { return (state.outcome.map(Next.ended) ?? .wait, false) }
            let resumes = state.isPaused && state.byteCount <= Self.lowMark
            if resumes { state.isPaused = false }
            return (.value(chunk), resumes)
        }
    }

    /// Until there is a head or, `forBody`, a chunk; or no more will come.
    func wait(forBody: Bool) async {
        await withCheckedContinuation { task in
            let isReady = state.withLock { state in
                if state.outcome != nil || (forBody ? state.firstChunk < state.chunks.count : state.head != nil) { return true }
                state.waiting.append(task)
                return false
            }
            if isReady { task.resume() }
        }
    }
}
