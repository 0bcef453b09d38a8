import FoundationEssentials

/// Compares which contents have left the log with the events that say so: such contents are in archives.
package struct ReleaseCheck {
    package static let eventKind = "content-release"

    private var named: [ClosedRange<Int64>] = []
    private var absent = RecordRanges()

    mutating func add(_ message: StoredMessage) {
        if message.isReleased { absent.append(message.number) }
    }

    mutating func add(_ event: StoredEvent, _ findings: inout LogFindings) {
        guard event.kind == Self.eventKind else { return }
        let members = try? JSONDecoder().decode([String: String].self, from: Data(event.statement.utf8))
        guard let members, members["event"] == event.kind, let ranges = members["records"].flatMap(RecordRanges.init) else {
            return findings.add(.entryUnreadable, event.number, "a release of contents that does not name records")
        }
        named += ranges.ranges
    }

    func report(to findings: inout LogFindings) {
        for range in absent.subtracting(RecordRanges(joining: named)).ranges {
            findings.add(LogFinding(.contentMissing, range, "content is missing, and no entry says that it is in the archives"))
        }
    }
}
