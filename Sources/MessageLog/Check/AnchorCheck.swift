import XRoadModel

/// Compares the log with checkpoints that were kept elsewhere. With the log's own signature under it a checkpoint speaks for itself,
/// whoever kept it.
struct AnchorCheck {
    private let trust: LogCheckTrust
    /// Those that may be believed, by size.
    private(set) var waiting: [LogCheckTrust.Anchor] = []
    private var rewritten: [LogCheckTrust.Anchor] = []
    private var confirmed: [LogCheckTrust.Anchor] = []

    init(trust: LogCheckTrust, _ findings: inout LogFindings) {
        self.trust = trust
        for anchor in trust.anchors {
            let keys = trust.keys.filter { $0.name == anchor.checkpoint.checkpoint.origin } + trust.witnessKeys
            do throws(MessageLogFailure) {
                let lines = try anchor.checkpoint.note.verified(by: keys)
                if case .witness = anchor.source, !trust.witnessKeys.isEmpty,
                    !lines.contains(where: { $0.key.kind == .cosignature })
                {
                    throw .noteUnsigned(keys: trust.witnessKeys.map(\.name.text))
                }
                waiting.append(anchor)
            } catch {
                findings.add(LogFinding(.witnessUntrusted, nil, "\(anchor.source): \(error)"))
            }
        }
        waiting.sort { $0.checkpoint.checkpoint.size < $1.checkpoint.checkpoint.size }
    }

    /// When the log's tree has reached this size.
    mutating func compare(_ history: HistoryCheck) {
        while let anchor = waiting.first, anchor.checkpoint.checkpoint.size <= history.size {
            waiting.removeFirst()
            let checkpoint = anchor.checkpoint.checkpoint
            let isRight = checkpoint.size == 0 ? checkpoint.root == MerkleTree.emptyRoot : history.begins(with: checkpoint.root)
            switch isRight {
            case true?: confirmed.append(anchor)
            case false?: rewritten.append(anchor)
            case nil: break
            }
        }
    }

    /// When all entries have gone by.
    func report(_ history: HistoryCheck, _ checkpoints: CheckpointCheck, to findings: inout LogFindings) {
        for anchor in rewritten {
            let checkpoint = anchor.checkpoint.checkpoint
            let isForked = isSignedByLog(anchor) && history.wasSignedHere(checkpoint.size)
            let what = isForked ? "the log's key signed this log and another one" : "its tree is not of this log's entries"
            findings.add(
                LogFinding(
                    isForked ? .logForked : .logRewritten, checkpoint.size > 0 ? 1...checkpoint.size : nil,
                    "\(anchor.source), checkpoint of \(checkpoint.size) entries: \(what)"))
        }
        for anchor in waiting {
            let size = anchor.checkpoint.checkpoint.size
            findings.add(
                LogFinding(
                    .logRolledBack, history.size + 1...size,
                    "\(anchor.source) has a checkpoint of \(size) entries: these are lost"))
        }
        for anchor in trust.anchors {
            guard case .witness = anchor.source, anchor.checkpoint.checkpoint.size < checkpoints.lastCosigned else { continue }
            findings.add(
                LogFinding(
                    .witnessUntrusted, nil, "\(anchor.source) tells an older checkpoint than the log has its cosignature of"))
        }
    }

    private func isSignedByLog(_ anchor: LogCheckTrust.Anchor) -> Bool {
        (try? anchor.checkpoint.note.verified(by: trust.keys))?.isEmpty == false
    }

    /// The largest tree that a witness confirms, and when it did.
    var proven: (size: Int64, witness: String, at: Instant?)? {
        let witnessed = confirmed.filter { $0.source != .keptFile }
        guard let anchor = witnessed.max(by: { $0.checkpoint.checkpoint.size < $1.checkpoint.checkpoint.size }) else {
            return nil
        }
        let lines = try? anchor.checkpoint.note.verified(by: trust.witnessKeys)
        let seconds = lines?.compactMap(\.secondsSince1970).max()
        return (anchor.checkpoint.checkpoint.size, "\(anchor.source)", seconds.map(Instant.init(secondsSince1970:)))
    }
}

extension LogCheckTrust.Anchor.Source: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keptFile: "the checkpoint beside the database"
        case .witness(let name): "witness \(name)"
        }
    }
}
