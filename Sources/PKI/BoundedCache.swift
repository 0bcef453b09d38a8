import Synchronization

/// A cache of at most `2 * capacity` values for many threads. When the newer half is full the older one is dropped; a value that
/// is found in the older half moves to the newer.
package final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Halves {
        var newer: [Key: Value] = [:]
        var older: [Key: Value] = [:]
    }

    private let capacity: Int
    private let halves = Mutex(Halves())

    package init(capacity: Int) { self.capacity = capacity }

    package func value(_ key: Key) -> Value? {
        halves.withLock { halves in
            if let value = halves.newer[key] { return value }
            guard let value = halves.older[key] else { return nil }
            store(value, key, in: &halves)
            return value
        }
    }

    package func insert(_ value: Value, for key: Key) {
        halves.withLock { store(value, key, in: &$0) }
    }

    private func store(_ value: Value, _ key: Key, in halves: inout Halves) {
        if halves.newer.count >= capacity {
            halves.older = halves.newer
            halves.newer = [:]
        }
        halves.newer[key] = value
    }
}
