import FoundationEssentials

/// What a check of a log found.
package struct LogCheckReport: Sendable {
    package struct Checkpoints: Sendable, Encodable {
        package let count: Int64
        /// Of which a time-stamp was judged.
        package let timestamped: Int64
        package let lastSize: Int64?
        package let lastTime: String?
        /// Entries after the last one: nothing outside the log speaks for them yet.
        package let entriesAfter: Int64

        init(_ check: CheckpointCheck, entries: Int64) {
            count = check.count
            timestamped = check.stampedCount
            lastSize = check.last?.checkpoint.size
            lastTime = check.last.map { "\($0.time)" }
            entriesAfter = max(0, entries - (check.last?.checkpoint.size ?? 0))
        }
    }

    /// Whether the whole state folder may have been replaced by an older one.
    package struct Rollback: Sendable, Encodable {
        package let isProvable: Bool
        /// Of the tree that a witness confirms.
        package let size: Int64?
        package let time: String?
        package let text: String

        init(_ anchors: AnchorCheck, wasAsked: Bool) {
            let proven = anchors.proven
            isProvable = proven != nil
            size = proven?.size
            time = proven?.at.map { "\($0)" }
            if let proven {
                let when = proven.at.map { " at \($0)" } ?? ""
                text = "\(proven.witness) has seen the first \(proven.size) entries\(when), and they are all here"
            } else {
                text =
                    wasAsked
                    ? "not provable: no witness confirms this log"
                    : "not provable: without a witness's checkpoint an older copy of the whole state folder looks like the log itself"
            }
        }
    }

    package let verdict: LogFinding.Verdict
    package let origin: String?
    package let entries: Int64
    package let messages: Int64
    package let events: Int64
    package let erased: Int64
    /// Hexadecimal; nil where entries are missing.
    package let root: String?
    package let checkpoints: Checkpoints
    package let rollback: Rollback
    package let findings: [LogFinding]
    /// More than the findings that are told.
    package let findingsLeftOut: Int
}

/// For people.
extension LogCheckReport {
    package var text: String {
        var lines = [verdict.rawValue.uppercased()]
        lines.append("  Log: \(origin ?? "without a checkpoint")")
        lines.append("  Entries: \(entries) (\(messages) messages, \(erased) of them erased; \(events) events)")
        if let root { lines.append("  Root: \(root)") }
        let last = checkpoints.lastSize.map { "the last of \($0) entries, \(checkpoints.lastTime ?? "")" } ?? "none"
        lines.append("  Checkpoints: \(checkpoints.count), \(last); entries after it: \(checkpoints.entriesAfter)")
        lines.append("  Roll-back: \(rollback.text)")
        for finding in findings {
            let place = finding.entries.map { $0.count == 1 ? " \($0.lowerBound)" : " \($0.lowerBound)-\($0.upperBound)" } ?? ""
            lines.append("  - \(finding.code.verdict.rawValue): \(finding.code.rawValue)\(place): \(finding.text)")
        }
        if findingsLeftOut > 0 { lines.append("  - and \(findingsLeftOut) more") }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// For machines. Absent values are left out; keys are sorted, so that equal reports give equal bytes.
extension LogCheckReport: Encodable {
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

extension LogFinding: Encodable {
    private enum CodingKeys: String, CodingKey { case code, verdict, first, last, text }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(code.rawValue, forKey: .code)
        try container.encode(code.verdict, forKey: .verdict)
        try container.encodeIfPresent(entries?.lowerBound, forKey: .first)
        try container.encodeIfPresent(entries?.upperBound, forKey: .last)
        try container.encode(text, forKey: .text)
    }
}
