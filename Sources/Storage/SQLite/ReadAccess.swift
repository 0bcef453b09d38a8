import Dispatch
import GRDB
import MessageLog
import Synchronization

/// Reads a database that its writer may close meanwhile: GRDB's closing must not meet a reading, and here waits for it.
final class ReadAccess: Sendable {
    private struct State {
        var readings = 0
        var isClosed = false
    }

    private let database: any DatabaseReader
    private let state = Mutex(State())
    /// Counts once when the last reading of a closed database ends.
    private let lastReading = DispatchSemaphore(value: 0)

    init(_ database: any DatabaseReader) { self.database = database }

    /// Blocks the thread.
    func read<Value>(_ work: (Database) throws -> Value) throws -> Value {
        try begin()
        defer { end() }
        return try database.read(work)
    }

    func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try begin()
        defer { end() }
        return try await database.read(work)
    }

    /// Nothing is read any more when this returns. Blocks the thread.
    func close() {
        let isBusy = state.withLock { state in
            state.isClosed = true
            return state.readings > 0
        }
        if isBusy { lastReading.wait() }
    }

    private func begin() throws(MessageLogFailure) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.readings += 1 }
            return state.isClosed
        }
        if isClosed { throw .journalClosed }
    }

    private func end() {
        let isLast = state.withLock { state in
            state.readings -= 1
            return state.isClosed && state.readings == 0
        }
        if isLast { lastReading.signal() }
    }
}
