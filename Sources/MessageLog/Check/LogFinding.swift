/// Something about a log that is not as it was written, or that cannot be told.
package struct LogFinding: Hashable, Sendable {
    package enum Verdict: String, Sendable, Encodable { case passed, indeterminate, failed }

    package enum Code: String, Sendable, CaseIterable {
        // Entries.
        /// Numbers without an entry: it was deleted.
        case entryMissing = "entry-missing"
        /// Two entries of one number.
        case entryDoubled = "entry-doubled"
        case entryUnreadable = "entry-unreadable"
        /// What stands in the entry is not what its leaf is of.
        case entryChanged = "entry-changed"
        /// Entries stand under each other's numbers.
        case entriesReordered = "entries-reordered"
        /// Sealed content, a content file, the evidence or the signature document is not what the leaf has digests of.
        case contentChanged = "content-changed"
        case contentMissing = "content-missing"

        // Erasure.
        /// The content's key is gone though no erasure says so.
        case keyMissing = "key-missing"
        /// The content was erased and can still be opened, or still lies there.
        case contentNotErased = "content-not-erased"
        /// Marked as erased without an erasure in the log that names it.
        case erasureUnrecorded = "erasure-unrecorded"
        /// An erasure names it, and it is not marked: it was put back.
        case erasureUndone = "erasure-undone"
        case erasureUnderWay = "erasure-under-way"

        // The tree and what was signed of it.
        case tileChanged = "tree-tile-changed"
        case tileMissing = "tree-tile-missing"
        case checkpointUnreadable = "checkpoint-unreadable"
        case checkpointSignature = "checkpoint-signature-invalid"
        case checkpointOrder = "checkpoint-order"
        case timestampInvalid = "checkpoint-timestamp-invalid"
        /// The log signed a tree that its entries are not of.
        case historyRewritten = "history-rewritten"
        /// A checkpoint of the log is known that is larger than the log.
        case logRolledBack = "log-rolled-back"
        /// A checkpoint that a witness has cosigned, or that was kept apart, is not of this log's entries.
        case logRewritten = "log-rewritten"
        /// The log's key has signed two trees of which neither begins with the other: two servers wrote under one name, or the log was
        /// rolled back and written on.
        case logForked = "log-forked"

        // What could not be told.
        /// Older than any checkpoint should have let them become: nothing outside the entries speaks for them.
        case entriesUnsigned = "entries-unsigned"
        case logKeyUncertified = "log-key-uncertified"
        case logKeyExpired = "log-key-expired"
        case logKeyUnchecked = "log-key-unchecked"
        case witnessUnavailable = "witness-unavailable"
        case witnessUntrusted = "witness-untrusted"

        package var verdict: Verdict {
            switch self {
            case .erasureUnderWay, .entriesUnsigned, .logKeyUncertified, .logKeyExpired, .logKeyUnchecked, .witnessUnavailable,
                .witnessUntrusted:
                .indeterminate
            default: .failed
            }
        }
    }

    package let code: Code
    /// Numbers of the entries that it is about.
    package let entries: ClosedRange<Int64>?
    package let text: String

    package init(_ code: Code, _ entries: ClosedRange<Int64>? = nil, _ text: String) {
        self.code = code
        self.entries = entries
        self.text = text
    }

    package init(_ code: Code, _ entry: Int64, _ text: String) { self.init(code, entry...entry, text) }
}

/// Findings as a check goes on: the first thousand, and how many more there were.
struct LogFindings {
    static let limit = 1000

    private(set) var findings: [LogFinding] = []
    private(set) var leftOut = 0
    private(set) var verdict = LogFinding.Verdict.passed

    mutating func add(_ finding: LogFinding) {
        if verdict == .passed || finding.code.verdict == .failed { verdict = finding.code.verdict }
        if findings.count < Self.limit { findings.append(finding) } else { leftOut += 1 }
    }

    mutating func add(_ code: LogFinding.Code, _ entry: Int64, _ text: String) { add(LogFinding(code, entry, text)) }
}
