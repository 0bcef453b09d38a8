/// Roots and proofs of a stored tree, at any size that it has had. Reads at most 512 hashes for each eight levels of the tree.
package struct TreeProofs<Tree: TreeReading> {
    private let tree: Tree

    package init(_ tree: Tree) { self.tree = tree }

    /// MTH (RFC 9162 2.1.1).
    package func root(of size: Int64) throws(MessageLogFailure) -> TreeHash {
        try requireLeaves(size)
        return size == 0 ? MerkleTree.emptyRoot : try hash(of: 0..<size)
    }

    /// The frontier of a tree of `size` leaves, to append to.
    package func frontier(of size: Int64) throws(MessageLogFailure) -> MerkleFrontier {
        try requireLeaves(size)
        var hashes: [TreeHash] = []
        var start: Int64 = 0
        for level in (0..<63).reversed() where size >> Int64(level) & 1 == 1 {
            hashes.append(try subtree(level: level, position: start >> Int64(level)))
            start += 1 << Int64(level)
        }
        guard let frontier = MerkleFrontier(size: size, hashes: hashes) else { throw .unknownLeaf(index: size) }
        return frontier
    }

    /// PATH (RFC 9162 2.1.3.1): the siblings from the leaf up to the root.
    package func inclusion(of index: Int64, in size: Int64) throws(MessageLogFailure) -> [TreeHash] {
        try requireLeaves(size)
        guard index >= 0, index < size else { throw .unknownLeaf(index: index) }
        var proof: [TreeHash] = []
        var range = 0..<size
        while range.count > 1 {
            let (left, right) = Self.halves(of: range)
            range = left.contains(index) ? left : right
            proof.append(try hash(of: left.contains(index) ? right : left))
        }
        return proof.reversed()
    }

    /// PROOF (RFC 9162 2.1.4.1): that the tree of `to` leaves begins with the one of `from`. Empty where both are one or `from` is 0.
    package func consistency(from: Int64, to: Int64) throws(MessageLogFailure) -> [TreeHash] {
        try requireLeaves(to)
        guard from >= 0, from <= to else { throw .unknownLeaf(index: from) }
        if from == 0 { return [] }
        var proof: [TreeHash] = []
        var range = 0..<to
        while range.upperBound != from {
            let (left, right) = Self.halves(of: range)
            let isLeft = from <= left.upperBound
            range = isLeft ? left : right
            proof.append(try hash(of: isLeft ? right : left))
        }
        // The verifier has this hash already where it is the whole older tree.
        if range.lowerBound > 0 { proof.append(try hash(of: range)) }
        return proof.reversed()
    }

    /// The left part is the largest complete subtree that leaves something for the right.
    private static func halves(of range: Range<Int64>) -> (left: Range<Int64>, right: Range<Int64>) {
        let middle = range.lowerBound + 1 << Int64(63 - (range.upperBound - range.lowerBound - 1).leadingZeroBitCount)
        return (range.lowerBound..<middle, middle..<range.upperBound)
    }

    /// `range` is not empty and begins where a subtree that is as large begins.
    private func hash(of range: Range<Int64>) throws(MessageLogFailure) -> TreeHash {
        let count = range.upperBound - range.lowerBound
        if count & (count - 1) == 0 {
            return try subtree(level: count.trailingZeroBitCount, position: range.lowerBound >> Int64(count.trailingZeroBitCount))
        }
        let (left, right) = Self.halves(of: range)
        return MerkleTree.nodeHash(try hash(of: left), try hash(of: right))
    }

    /// A complete subtree of 2^`level` leaves, from the stored level at or below.
    private func subtree(level: Int, position: Int64) throws(MessageLogFailure) -> TreeHash {
        let stored = level - level % CompletedTile.levelStep
        let first = position << Int64(level - stored)
        let positions = first..<(first + 1 << Int64(level - stored))
        var hashes = stored == 0 ? try tree.leafHashes(positions) : try tiles(level: stored, positions)
        guard hashes.count == positions.count else { throw .unknownLeaf(index: positions.upperBound - 1) }
        while hashes.count > 1 {
            hashes = stride(from: 0, to: hashes.count, by: 2).map { MerkleTree.nodeHash(hashes[$0], hashes[$0 + 1]) }
        }
        return hashes[0]
    }

    private func tiles(level: Int, _ positions: Range<Int64>) throws(MessageLogFailure) -> [TreeHash] {
        var hashes: [TreeHash] = []
        for position in positions {
            guard let hash = try tree.tile(level: level, position: position) else {
                throw .treeTileMissing(level: level, position: position)
            }
            hashes.append(hash)
        }
        return hashes
    }

    private func requireLeaves(_ size: Int64) throws(MessageLogFailure) {
        guard size >= 0, size <= (try tree.treeSize()) else { throw .unknownLeaf(index: size - 1) }
    }
}
