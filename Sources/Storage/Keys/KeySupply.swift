import MessageLog
import Synchronization
import XRoadModel

/// Data keys at hand: made in blocks before records need them, so that taking one waits for no disk.
final class KeySupply: Sendable {
    typealias Outcome = Result<RecordKey, MessageLogFailure>

    /// Keys of a block, and the most that are made at once where the supply has run dry.
    static let blockLength = 256
    private static let longestBlock = 4096
    /// A block that is older than so many entries is closed: after a crash only the log's last entries are searched for used keys.
    static let blockAge: Int64 = 1 << 16

    private struct Shelf {
        var blocks: [(block: KeyStore.Block, keys: ArraySlice<RecordKey>)] = []
        var isFilling = false
        var waiting: [CheckedContinuation<Outcome, Never>] = []

        var count: Int { blocks.reduce(0) { $0 + $1.keys.count } }
    }

    private struct State {
        var shelves: [MemberIdentifier: Shelf] = [:]
        /// Every key is handed out.
        var emptied: [KeyStore.Block] = []
        var isClosed = false
    }

    private let store: KeyStore
    private let state = Mutex(State())
    private let entries = Atomic<Int64>(0)

    init(store: KeyStore) { self.store = store }

    /// How many entries the log has by now.
    func note(entries count: Int64) { entries.store(count, ordering: .relaxed) }

    /// A key that was never used; whoever takes it and does not need it drops it.
    func take(for member: MemberIdentifier) async throws(MessageLogFailure) -> RecordKey {
        let (key, mustFill) = state.withLock { state -> (RecordKey?, Bool) in
            let key = Self.takeReady(member, &state)
            return (key, key != nil && Self.mustFill(member, &state))
        }
        if mustFill { fill(member) }
        if let key { return key }
        return try await waitForKey(member).get()
    }

    private func waitForKey(_ member: MemberIdentifier) async -> Outcome {
        await withCheckedContinuation { task in
            let (outcome, mustFill) = state.withLock { state -> (Outcome?, Bool) in
                if state.isClosed { return (.failure(.journalClosed), false) }
                if let key = Self.takeReady(member, &state) { return (.success(key), false) }
                state.shelves[member, default: Shelf()].waiting.append(task)
                return (nil, Self.mustFill(member, &state))
            }
            if mustFill { fill(member) }
            if let outcome { task.resume(returning: outcome) }
        }
    }

    private static func takeReady(_ member: MemberIdentifier, _ state: inout State) -> RecordKey? {
        // No block on a shelf is empty.
        guard let index = state.shelves.index(forKey: member), !state.shelves.values[index].blocks.isEmpty,
            let key = state.shelves.values[index].blocks[0].keys.popFirst()
        else { return nil }
        if state.shelves.values[index].blocks[0].keys.isEmpty {
            state.emptied.append(state.shelves.values[index].blocks.removeFirst().block)
        }
        return key
    }

    /// True once when a shelf is half empty.
    private static func mustFill(_ member: MemberIdentifier, _ state: inout State) -> Bool {
        guard let shelf = state.shelves[member], !shelf.isFilling, shelf.count < blockLength / 2, !state.isClosed else {
            return false
        }
        state.shelves[member]?.isFilling = true
        return true
    }

    private func fill(_ member: MemberIdentifier) {
        store.async { [self] in
            while fillOnce(member) {}
        }
    }

    /// Whether more is wanted at once.
    private func fillOnce(_ member: MemberIdentifier) -> Bool {
        let now = entries.load(ordering: .relaxed)
        let (count, closed, unused) = state.withLock { state in
            let wanted = state.shelves[member]?.waiting.count ?? 0
            let (closed, unused) = Self.takeClosed(&state, before: now - Self.blockAge)
            return (min(max(Self.blockLength, 2 * wanted), Self.longestBlock), closed, unused)
        }
        let made: (block: KeyStore.Block, keys: [RecordKey])
        do throws(MessageLogFailure) {
            made = try store.makeBlock(count, for: member, entries: now, closed: closed, unused: unused)
        } catch {
            // What was closed stays in the store until it is next opened.
            fail(member, error)
            return false
        }
        let (served, isMoreWanted) = state.withLock { state in
            var shelf = state.shelves[member, default: Shelf()]
            var keys = made.keys[...]
            let served = zip(shelf.waiting, keys).map { ($0, $1) }
            shelf.waiting.removeFirst(served.count)
            keys.removeFirst(served.count)
            if keys.isEmpty { state.emptied.append(made.block) } else { shelf.blocks.append((made.block, keys)) }
            shelf.isFilling = !shelf.waiting.isEmpty
            state.shelves[member] = shelf
            return (served, shelf.isFilling)
        }
        for (task, key) in served { task.resume(returning: .success(key)) }
        return isMoreWanted
    }

    private func fail(_ member: MemberIdentifier, _ failure: MessageLogFailure) {
        let waiting = state.withLock { state in
            let waiting = state.shelves[member]?.waiting ?? []
            state.shelves[member]?.waiting = []
            state.shelves[member]?.isFilling = false
            return waiting
        }
        for task in waiting { task.resume(returning: .failure(failure)) }
    }

    /// Blocks that need no looking after: emptied, or made when the log had fewer than `limit` entries.
    private static func takeClosed(_ state: inout State, before limit: Int64) -> (closed: [KeyStore.Block], unused: [Int64]) {
        var closed = state.emptied
        var unused: [Int64] = []
        state.emptied = []
        for member in state.shelves.keys {
            let old = state.shelves[member]?.blocks.filter { $0.block.entries < limit } ?? []
            closed += old.map(\.block)
            unused += old.flatMap { $0.keys.map(\.number) }
            state.shelves[member]?.blocks.removeAll { $0.block.entries < limit }
        }
        return (closed, unused)
    }

    /// No more keys; those that nobody took are destroyed.
    func close() throws(MessageLogFailure) {
        let (closed, unused) = state.withLock { state in
            state.isClosed = true
            return Self.takeClosed(&state, before: .max)
        }
        try store.close(closed, unused: unused)
    }
}
