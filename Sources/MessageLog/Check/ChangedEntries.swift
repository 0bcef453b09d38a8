import XRoadModel

/// Entries whose leaf is not of what stands in them: changed, or standing under another's number.
struct ChangedEntries {
    /// More are not compared with one another.
    private static let limit = 128

    private var entries: [StoredEntry] = []
    private var others: [Int64] = []

    mutating func add(_ entry: StoredEntry) {
        if entries.count < Self.limit { entries.append(entry) } else { others.append(entry.number) }
    }

    func report(to findings: inout LogFindings) {
        for entry in entries {
            if let place = entries.first(where: { $0.number != entry.number && Self.stands(entry, for: $0) }) {
                findings.add(.entriesReordered, entry.number, "under number \(entry.number) stands entry \(place.number)")
            } else {
                findings.add(.entryChanged, entry.number, "its columns are not what its leaf is of")
            }
        }
        for number in others { findings.add(.entryChanged, number, "its columns are not what its leaf is of") }
    }

    /// Whether `entry` is the one that was written as `other.number`: with its leaf's hash, or without it.
    private static func stands(_ entry: StoredEntry, for other: StoredEntry) -> Bool {
        guard let leaf = entry.leaf(number: other.number) else { return false }
        let hash = MerkleTree.leafHash(leaf)
        return hash == entry.leafHash || hash == other.leafHash
    }
}

extension StoredEntry {
    var time: Instant {
        switch self {
        case .message(let message): message.entry.time
        case .event(let event): event.time
        }
    }

    /// The leaf that the entry would have under another number; nil where erasure has destroyed a part of it.
    func leaf(number: Int64) -> [UInt8]? {
        switch self {
        case .message(let message): message.leaf?.text(number: number)
        case .event(let event):
            LogEvent.leaf(number: number, time: event.time.millisecondsSince1970, statement: event.statement)
        }
    }
}
