import MessageLog
import PKI

/// A tree in memory, to the letter of RFC 9162 2.1: the definitions' own recursions over all leaves, nothing stored.
struct ReferenceTree {
    let leaves: [[UInt8]]

    /// MTH (RFC 9162 2.1.1).
    func root(_ range: Range<Int>) -> [UInt8] {
        switch range.count {
        case 0: DigestAlgorithm.sha256.digest([])
        case 1: DigestAlgorithm.sha256.digest([0] + leaves[range.lowerBound])
        default: DigestAlgorithm.sha256.digest([1] + root(left(range)) + root(right(range)))
        }
    }

    /// PATH (RFC 9162 2.1.3.1); `index` counts from the range's start.
    func path(_ index: Int, _ range: Range<Int>) -> [[UInt8]] {
        if range.count == 1 { return [] }
        let half = left(range).count
        return index < half
            ? path(index, left(range)) + [root(right(range))] : path(index - half, right(range)) + [root(left(range))]
    }

    /// SUBPROOF (RFC 9162 2.1.4.1); `count` leaves of the range.
    func subproof(_ count: Int, _ range: Range<Int>, _ isWholeTree: Bool) -> [[UInt8]] {
        if count == range.count { return isWholeTree ? [] : [root(range)] }
        let half = left(range).count
        return count <= half
            ? subproof(count, left(range), isWholeTree) + [root(right(range))]
            : subproof(count - half, right(range), false) + [root(left(range))]
    }

    private func left(_ range: Range<Int>) -> Range<Int> {
        var half = 1
        while half * 2 < range.count { half *= 2 }
        return range.lowerBound..<range.lowerBound + half
    }

    private func right(_ range: Range<Int>) -> Range<Int> { left(range).upperBound..<range.upperBound }
}

/// A stored tree in memory: leaf hashes and the tiles that the frontier gave.
struct MemoryTree: TreeReading {
    struct TileName: Hashable {
        let level: Int
        let position: Int64
    }

    private(set) var frontier = MerkleFrontier()
    var hashes: [TreeHash] = []
    var tiles: [TileName: TreeHash] = [:]

    mutating func append(_ leaf: [UInt8]) {
        let hash = MerkleTree.leafHash(leaf)
        hashes.append(hash)
        for tile in frontier.append(hash) { tiles[TileName(level: tile.level, position: tile.position)] = tile.hash }
    }

    func treeSize() throws(MessageLogFailure) -> Int64 { Int64(hashes.count) }

    func leafHashes(_ range: Range<Int64>) throws(MessageLogFailure) -> [TreeHash] {
        Array(hashes[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    func tile(level: Int, position: Int64) throws(MessageLogFailure) -> TreeHash? {
        tiles[TileName(level: level, position: position)]
    }
}
