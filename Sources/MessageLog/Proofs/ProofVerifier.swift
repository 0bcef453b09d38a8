import FoundationEssentials
import XRoadModel

/// Verifies a proof far from the log, with nothing but checkpoints and keys.
package struct ProofVerifier: Sendable {
    /// Of logs and of witnesses.
    private let keys: [NoteVerifierKey]
    /// A checkpoint that whoever asks has from elsewhere: from a witness, an archive, an earlier proof.
    private let checkpoint: SignedCheckpoint?

    package init(keys: [NoteVerifierKey], checkpoint: SignedCheckpoint?) {
        self.keys = keys
        self.checkpoint = checkpoint
    }

    /// A proof file of either kind; fails where it is neither.
    package func verify(_ bytes: [UInt8]) throws(MessageLogFailure) -> ProofReport {
        if bytes.starts(with: "c2sp.org/tlog-proof@".utf8) { return verify(try InclusionProofFile(bytes)) }
        return verify(try ConsistencyProofFile(bytes))
    }

    private func verify(_ file: InclusionProofFile) -> ProofReport {
        var report = ProofReport(kind: .inclusion, sizes: [file.checkpoint.checkpoint.size])
        report.origin = file.checkpoint.checkpoint.origin.text
        report.entry = file.index + 1
        if let leaf = file.extra.flatMap(ProvenLeaf.init(extra:)) {
            if case .leaf(let bytes) = leaf {
                let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
                report.leaf = lines
                if lines.dropFirst().first != "number=\(file.index + 1)" { report.fail("the leaf is of another number") }
            } else {
                report.note("the entry's content and evidence were erased: only its hash is proven")
            }
            if !file.includes(leaf.hash) { report.fail("the leaf is not in the checkpoint's tree at this place") }
        } else {
            report.fail("the proof does not hold the leaf that it is about")
        }
        judge([file.checkpoint], &report)
        return report
    }

    private func verify(_ file: ConsistencyProofFile) -> ProofReport {
        var report = ProofReport(kind: .consistency, sizes: [file.from.checkpoint.size, file.to.checkpoint.size])
        report.origin = file.to.checkpoint.origin.text
        if !file.holds { report.fail("the later tree does not begin with the earlier one") }
        judge([file.from, file.to], &report)
        return report
    }

    /// Whether the checkpoints may be believed: each by a key, or because it is the one that is known.
    private func judge(_ checkpoints: [SignedCheckpoint], _ report: inout ProofReport) {
        if let checkpoint { compare(checkpoint, with: checkpoints, &report) }
        for signed in checkpoints {
            let isKnown = checkpoint?.checkpoint == signed.checkpoint
            guard !keys.isEmpty else {
                if !isKnown { report.doubt("nothing vouches for the checkpoint of \(signed.checkpoint.size) entries") }
                continue
            }
            do { try confirm(signed, &report) } catch {
                if isKnown, case .noteUnsigned = error {
                    report.note(
                        "the checkpoint of \(signed.checkpoint.size) entries is believed without a signature of a known key")
                } else {
                    report.fail("checkpoint of \(signed.checkpoint.size) entries: \(error)")
                }
            }
        }
    }

    private func confirm(_ signed: SignedCheckpoint, _ report: inout ProofReport) throws(MessageLogFailure) {
        let origin = signed.checkpoint.origin
        let lines = try signed.note.verified(by: keys.filter { $0.kind == .cosignature || $0.name == origin })
        for line in lines {
            let time = line.secondsSince1970.map { " at \(Instant(secondsSince1970: $0))" } ?? ""
            report.note("checkpoint of \(signed.checkpoint.size) entries signed by \(line.key.name)\(time)")
        }
    }

    private func compare(
        _ known: SignedCheckpoint, with checkpoints: [SignedCheckpoint], _ report: inout ProofReport
    ) {
        guard let same = checkpoints.first(where: { $0.checkpoint.size == known.checkpoint.size }) else {
            return report.fail("the known checkpoint has \(known.checkpoint.size) entries, the proof is of another")
        }
        if same.checkpoint.origin != known.checkpoint.origin {
            report.fail("the known checkpoint is of \(known.checkpoint.origin)")
        }
        if same.checkpoint.root != known.checkpoint.root { report.fail("the known checkpoint is of another tree") }
    }
}

/// What came of verifying a proof.
package struct ProofReport: Sendable, Encodable {
    package enum Kind: String, Sendable, Encodable { case inclusion, consistency }

    package let kind: Kind
    package private(set) var verdict = LogFinding.Verdict.passed
    package fileprivate(set) var origin = ""
    /// Number of the entry.
    package fileprivate(set) var entry: Int64?
    /// Of the checkpoints' trees.
    package let sizes: [Int64]
    /// Lines of the entry's leaf.
    package fileprivate(set) var leaf: [String]?
    package private(set) var failures: [String] = []
    package private(set) var notes: [String] = []

    fileprivate init(kind: Kind, sizes: [Int64]) {
        self.kind = kind
        self.sizes = sizes
    }

    fileprivate mutating func fail(_ reason: String) {
        verdict = .failed
        failures.append(reason)
    }

    fileprivate mutating func doubt(_ reason: String) {
        if verdict == .passed { verdict = .indeterminate }
        failures.append(reason)
    }

    fileprivate mutating func note(_ text: String) { notes.append(text) }

    package var text: String {
        let about =
            entry.map { "entry \($0) of \(origin)" } ?? "\(origin), entries \(sizes.map(String.init).joined(separator: " to "))"
        let lines = ["\(verdict.rawValue.uppercased()) \(kind.rawValue): \(about)"] + failures.map { "  - \($0)" }
        return (lines + notes.map { "  \($0)" } + (leaf ?? []).map { "    \($0)" }).joined(separator: "\n") + "\n"
    }

    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}
