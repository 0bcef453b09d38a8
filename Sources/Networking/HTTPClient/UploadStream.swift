import Synchronization

/// The chunks of a request's body on their way from their source to the driver's thread, with a bounded store between them.
final class UploadStream: Sendable {
    private static let highMark = 256 << 10

    private struct State {
        var chunks: [ArraySlice<UInt8>] = []
        var byteCount = 0
        /// Bytes the source may still give; nil without a declared length.
        var left: Int?
        var isEnded = false
        var failure: String?
        /// libcurl stopped asking and must be told when there is more.
        var isStarved = false
        var isClosed = false
        var waiting: CheckedContinuation<Void, Never>?

        var hasNews: Bool { !chunks.isEmpty || isEnded || failure != nil }
    }

    private let state: Mutex<State>
    private let next: @Sendable () async throws -> [UInt8]?

    init(length: Int?, next: @escaping @Sendable () async throws -> [UInt8]?) {
        state = Mutex(State(left: length))
        self.next = next
    }

    // MARK: The source's side

    /// Moves chunks from the source until its end or the transfer's. `resume` restarts a starved upload.
    func pump(resume: () -> Void) async {
        while !state.withLock({ $0.isClosed }) {
            do {
                guard let chunk = try await next() else { return end(failure: nil, resume) }
                guard accept(chunk, resume) else { return end(failure: "more bytes than declared", resume) }
            } catch {
                return end(failure: "\(error)", resume)
            }
            await room()
        }
    }

    /// False where the chunk exceeds the declared length.
    private func accept(_ chunk: [UInt8], _ resume: () -> Void) -> Bool {
        guard !chunk.isEmpty else { return true }
        let (isAccepted, wasStarved) = state.withLock { state -> (Bool, Bool) in
            if let left = state.left {
                guard chunk.count <= left else { return (false, false) }
                state.left = left - chunk.count
            }
            state.chunks.append(chunk[...])
            state.byteCount += chunk.count
            defer { state.isStarved = false }
            return (true, state.isStarved)
        }
        if wasStarved { resume() }
        return isAccepted
    }

    private func end(failure: String?, _ resume: () -> Void) {
        let wasStarved = state.withLock { state in
            state.isEnded = true
            state.failure = failure ?? ((state.left ?? 0) > 0 ? "fewer bytes than declared" : nil)
            defer { state.isStarved = false }
            return state.isStarved
        }
        if wasStarved { resume() }
    }

    private func room() async {
        await withCheckedContinuation { task in
            let hasRoom = state.withLock { state in
                if state.byteCount < Self.highMark || state.isClosed { return true }
                state.waiting = task
                return false
            }
            if hasRoom { task.resume() }
        }
    }

    // MARK: The driver's side

    enum Taken: Equatable {
        case bytes(Int)
        case starved
        case failed(String)
    }

    /// Copies what there is; no bytes at the end of the body.
    func take(into buffer: UnsafeMutableRawBufferPointer) -> Taken {
        let (taken, waiting) = state.withLock { state -> (Taken, CheckedContinuation<Void, Never>?) in
            if let failure = state.failure { return (.failed(failure), nil) }
            guard let chunk = state.chunks.first else {
                state.isStarved = !state.isEnded
                return (state.isEnded ? .bytes(0) : .starved, nil)
            }
            let count = min(buffer.count, chunk.count)
            buffer.copyBytes(from: chunk.prefix(count))
            state.chunks[0] = chunk.dropFirst(count)
            if state.chunks[0].isEmpty { state.chunks.removeFirst() }
            state.byteCount -= count
            guard state.byteCount < Self.highMark else { return (.bytes(count), nil) }
            defer { state.waiting = nil }
            return (.bytes(count), state.waiting)
        }
        waiting?.resume()
        return taken
    }

    var isEnded: Bool { state.withLock { $0.isEnded && $0.chunks.isEmpty } }

    /// The transfer is over: the source is not asked again.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.chunks = []
            defer { state.waiting = nil }
            return state.waiting
        }?.resume()
    }
}
