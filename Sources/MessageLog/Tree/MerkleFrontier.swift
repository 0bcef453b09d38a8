/// What of a tree is needed to append to it and to know its root: the hashes of the complete subtrees that it falls into, the largest
/// first, one for each bit of its size.
package struct MerkleFrontier: Hashable, Sendable {
    package private(set) var size: Int64
    package private(set) var hashes: [TreeHash]

    /// The empty tree.
    package init() {
        size = 0
        hashes = []
    }

    /// Nil unless there is one hash for each bit that is set in `size`.
    package init?(size: Int64, hashes: [TreeHash]) {
        guard size >= 0, hashes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.hashes = hashes
    }

    package var root: TreeHash {
        guard var root = hashes.last else { return MerkleTree.emptyRoot }
        for hash in hashes.dropLast().reversed() { root = MerkleTree.nodeHash(hash, root) }
        return root
    }

    /// The subtrees of 256, 65,536 … leaves that this leaf completes, the lowest first.
    package mutating func append(_ leaf: TreeHash) -> [CompletedTile] {
        var completed: [CompletedTile] = []
        var hash = leaf
        var level = 0
        // As in an addition with carry: each bit that is set joins its subtree with the new one.
        while size >> Int64(level) & 1 == 1 {
            hash = MerkleTree.nodeHash(hashes.removeLast(), hash)
            level += 1
            if level.isMultiple(of: CompletedTile.levelStep) {
                completed.append(CompletedTile(level: level, position: size >> Int64(level), hash: hash))
            }
        }
        hashes.append(hash)
        size += 1
        return completed
    }
}

/// The hash of a complete subtree of 2^`level` leaves, which begins at leaf `position` · 2^`level`. Kept at each eighth level, so that
/// any node of the tree is had from at most 255 stored hashes.
package struct CompletedTile: Hashable, Sendable {
    package static let levelStep = 8

    /// 8, 16, 24 …
    package let level: Int
    package let position: Int64
    package let hash: TreeHash

    package init(level: Int, position: Int64, hash: TreeHash) {
        self.level = level
        self.position = position
        self.hash = hash
    }
}
