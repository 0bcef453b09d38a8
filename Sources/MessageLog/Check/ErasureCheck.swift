import FoundationEssentials

/// Compares what the log's erasures name with what is marked as erased.
struct ErasureCheck {
    /// By command, and at the end of what a service keeps.
    static let eventKinds = ["erasure", "retention"]

    /// By number of the erasure.
    private var named: [Int64: RecordRanges] = [:]
    private var marked: [Int64: RecordRanges] = [:]
    private(set) var erasedCount: Int64 = 0

    mutating func add(_ message: StoredMessage) {
        guard let event = message.erasedBy else { return }
        erasedCount += 1
        marked[event, default: RecordRanges()].append(message.number)
    }

    mutating func add(_ event: StoredEvent, _ findings: inout LogFindings) {
        guard Self.eventKinds.contains(event.kind) else { return }
        let members = try? JSONDecoder().decode([String: String].self, from: Data(event.statement.utf8))
        guard let members, members["event"] == event.kind, let ranges = members["records"].flatMap(RecordRanges.init) else {
            return findings.add(.entryUnreadable, event.number, "an erasure that does not name records")
        }
        named[event.number] = ranges
    }

    /// `last` is the last entry that was looked at: later erasures may have marked records meanwhile.
    func report(last: Int64, to findings: inout LogFindings) {
        for (event, ranges) in marked.sorted(by: { $0.key < $1.key }) where event <= last {
            for range in ranges.subtracting(named[event] ?? RecordRanges()).ranges {
                findings.add(
                    LogFinding(.erasureUnrecorded, range, "marked as erased by entry \(event), which does not name them"))
            }
        }
        let all = RecordRanges(joining: marked.values.flatMap(\.ranges))
        for (event, ranges) in named.sorted(by: { $0.key < $1.key }) {
            for range in ranges.subtracting(all).ranges {
                findings.add(LogFinding(.erasureUndone, range, "erased by entry \(event), and not marked so"))
            }
        }
    }
}
