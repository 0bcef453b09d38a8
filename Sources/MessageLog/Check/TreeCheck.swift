/// Computes the tree of a log as its leaves go by, from their hashes alone and from the stored tiles, and compares the two. Where a
/// leaf is missing the tile that covers it stands in, so that one deleted entry does not hide what happened to the others.
struct TreeCheck {
    private static let run = Int64(1 << CompletedTile.levelStep)

    /// Of the complete runs of 256 leaves; its leaves are tiles of level 8.
    private var runs = MerkleFrontier()
    /// The same, with the stored tiles wherever there are any.
    private var storedRuns = MerkleFrontier()
    /// Of the leaves after the last complete run.
    private var rest = MerkleFrontier()
    private var isRestKnown = true
    private var areRunsKnown = true
    private(set) var size: Int64 = 0

    /// Nil for a leaf that is missing. Gives the tiles that should be stored from here on.
    mutating func append(_ leaf: TreeHash?) -> CompletedRun? {
        size += 1
        if let leaf { _ = rest.append(leaf) } else { isRestKnown = false }
        guard size % Self.run == 0 else { return nil }
        let computed = isRestKnown ? rest.root : nil
        rest = MerkleFrontier()
        isRestKnown = true
        return CompletedRun(position: size / Self.run - 1, hash: computed)
    }

    /// The run that `append` has completed, with the tile that is stored for it. Gives the higher tiles that it completes.
    mutating func close(_ run: CompletedRun, stored: TreeHash?) -> [CompletedTile] {
        if let hash = stored ?? run.hash { _ = storedRuns.append(hash) }
        guard areRunsKnown, let hash = run.hash ?? stored else {
            areRunsKnown = false
            return []
        }
        return runs.append(hash).map {
            CompletedTile(level: $0.level + CompletedTile.levelStep, position: $0.position, hash: $0.hash)
        }
    }

    /// By the hashes of the leaves; nil where too much is missing.
    var root: TreeHash? { areRunsKnown && isRestKnown ? Self.root(runs, rest, size) : nil }

    /// By the stored tiles.
    var storedRoot: TreeHash? { isRestKnown && storedRuns.size == size / Self.run ? Self.root(storedRuns, rest, size) : nil }

    private static func root(_ runs: MerkleFrontier, _ rest: MerkleFrontier, _ size: Int64) -> TreeHash? {
        MerkleFrontier(size: size, hashes: runs.hashes + rest.hashes)?.root
    }
}

/// 256 leaves that have gone by.
struct CompletedRun {
    /// Of the tile at level 8.
    let position: Int64
    /// Nil where one of the leaves is missing.
    let hash: TreeHash?

    /// Numbers of the entries.
    var entries: ClosedRange<Int64> { position * 256 + 1...(position + 1) * 256 }
}
