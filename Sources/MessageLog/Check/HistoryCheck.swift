/// Compares the tree of the entries with what was signed of it, at every size that something was signed at.
struct HistoryCheck {
    private var tree = TreeCheck()
    /// Up to here the entries are those that were signed.
    private var lastRight: Int64 = 0
    private var isRewritten = false
    /// Runs whose tile is not of their leaves, since `lastRight`.
    private var changedRuns: [ClosedRange<Int64>] = []

    var size: Int64 { tree.size }
    var root: TreeHash? { tree.root }

    mutating func append(_ leaf: TreeHash?) -> CompletedRun? { tree.append(leaf) }

    /// The stored tile is not what its entries give; which of the two was changed, the next checkpoint tells. Gives higher tiles that
    /// are to be looked up.
    mutating func close(_ run: CompletedRun, stored: TreeHash?, _ findings: inout LogFindings) -> [CompletedTile] {
        switch (run.hash, stored) {
        case (_, nil): findings.add(LogFinding(.tileMissing, run.entries, "no hash of their subtree is stored"))
        case (let hash?, let stored?) where hash != stored:
            changedRuns.append(run.entries)
            findings.add(LogFinding(.tileChanged, run.entries, "their subtree has another hash than the one that was stored"))
        default: break
        }
        return tree.close(run, stored: stored)
    }

    /// At the size of one of the log's own checkpoints.
    mutating func compare(_ checkpoint: Checkpoint, _ findings: inout LogFindings) {
        guard let root = tree.root else { return }
        if root == checkpoint.root {
            lastRight = tree.size
            changedRuns = []
        } else if !isRewritten {
            isRewritten = true
            let text = "checkpoint of \(checkpoint.size) entries was signed of another tree"
            if tree.storedRoot == checkpoint.root {
                for run in changedRuns { findings.add(LogFinding(.historyRewritten, run, "\(text): these entries were changed")) }
            } else {
                findings.add(
                    LogFinding(.historyRewritten, lastRight + 1...tree.size, "\(text): entries among these were changed"))
            }
        }
    }

    /// Whether a tree is the log's first `size` entries; nil where too much is missing to tell.
    func begins(with root: TreeHash) -> Bool? { tree.root.map { $0 == root } }

    /// Whether the log's own checkpoint of at least so many entries was right.
    func wasSignedHere(_ size: Int64) -> Bool { lastRight >= size }
}
