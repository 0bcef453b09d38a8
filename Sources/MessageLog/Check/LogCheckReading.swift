/// A log as a check goes through it: what is there, whether right or wrong. Nothing in it is believed.
package protocol LogCheckReading: Sendable {
    /// The largest number of an entry; 0 for an empty log.
    func lastNumber() async throws(MessageLogFailure) -> Int64

    /// What stands under these numbers, in their order; a number may be left out or come twice.
    func checkedEntries(_ numbers: ClosedRange<Int64>) async throws(MessageLogFailure) -> [CheckedEntry]

    func checkedTile(level: Int, position: Int64) async throws(MessageLogFailure) -> TreeHash?

    /// Tiles of entries that are not there.
    func strayTileCount() async throws(MessageLogFailure) -> Int64

    /// SHA-256 of a content file as it is now; nil where it is not there.
    func contentDigest(_ file: String) -> [UInt8]?

    /// Those of more than `size` entries as they were stored, the smallest first.
    func checkedCheckpoints(after size: Int64, limit: Int) async throws(MessageLogFailure) -> [CheckedCheckpoint]

    /// Records whose erasure has begun and not ended.
    func unfinishedErasures() async throws(MessageLogFailure) -> Set<Int64>
}

package struct CheckedEntry: Sendable {
    package enum Content: Sendable {
        case stored(StoredEntry)
        /// A column holds what was never written.
        case unreadable
    }

    package let number: Int64
    package let content: Content
    /// Whether the key store has the message's key; nil where no key store is at hand, and for events.
    package let hasKey: Bool?

    package init(number: Int64, content: Content, hasKey: Bool?) {
        self.number = number
        self.content = content
        self.hasKey = hasKey
    }
}

package struct CheckedCheckpoint: Sendable {
    /// As the row says.
    package let size: Int64
    /// Milliseconds since 1970, as the row says.
    package let time: Int64
    package let note: [UInt8]
    /// DER.
    package let timestamp: [UInt8]?

    package init(size: Int64, time: Int64, note: [UInt8], timestamp: [UInt8]?) {
        self.size = size
        self.time = time
        self.note = note
        self.timestamp = timestamp
    }
}
