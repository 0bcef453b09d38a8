/// Hashing of the log's tree and what a holder of two of its hashes can check (RFC 9162 2.1, SHA-256). Leaves are numbered from 0.
package enum MerkleTree {
    /// No tree has more leaves: sizes are the numbers of entries.
    package static let maximumProofLength = 64

    /// MTH of no leaves: the digest of nothing.
    package static let emptyRoot = TreeHash(of: UnsafeBufferPointer(start: nil, count: 0))

    /// SHA-256(0x00 || leaf).
    package static func leafHash(_ leaf: [UInt8]) -> TreeHash {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: leaf.count + 1) { content in
            content[0] = 0
            _ = content[1...].update(fromContentsOf: leaf)
            return TreeHash(of: UnsafeBufferPointer(content))
        }
    }

    /// SHA-256(0x01 || left || right).
    package static func nodeHash(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 + 2 * TreeHash.length) { content in
            content[0] = 1
            _ = content[1...].update(fromContentsOf: left.bytes)
            _ = content[(1 + TreeHash.length)...].update(fromContentsOf: right.bytes)
            return TreeHash(of: UnsafeBufferPointer(content))
        }
    }

    /// Whether `leaf` is leaf `index` of the tree of `size` leaves with `root` (RFC 9162 2.1.3.2).
    package static func verifyInclusion(
        of leaf: TreeHash, index: Int64, size: Int64, proof: [TreeHash], root: TreeHash
    ) -> Bool {
        guard index >= 0, index < size, proof.count <= maximumProofLength else { return false }
        var position = index
        var last = size - 1
        var hash = leaf
        for sibling in proof {
            guard last != 0 else { return false }
            if position & 1 == 1 || position == last {
                hash = nodeHash(sibling, hash)
                while position & 1 == 0 && position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                hash = nodeHash(hash, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether the tree of `to` leaves begins with the leaves of the tree of `from` (RFC 9162 2.1.4.2). Every tree begins with the
    /// empty one, and with itself, both by an empty proof.
    package static func verifyConsistency(
        from: Int64, to: Int64, proof: [TreeHash], fromRoot: TreeHash, toRoot: TreeHash
    ) -> Bool {
        guard from >= 0, from <= to, proof.count <= maximumProofLength else { return false }
        if from == to { return proof.isEmpty && fromRoot == toRoot && (from > 0 || fromRoot == emptyRoot) }
        if from == 0 { return proof.isEmpty && fromRoot == emptyRoot }
        let path = from & (from - 1) == 0 ? [fromRoot] + proof : proof
        guard let first = path.first else { return false }
        return climb(path.dropFirst(), from: from, to: to, start: first, fromRoot: fromRoot, toRoot: toRoot)
    }

    private static func climb(
        _ path: ArraySlice<TreeHash>, from: Int64, to: Int64, start: TreeHash, fromRoot: TreeHash, toRoot: TreeHash
    ) -> Bool {
        var position = from - 1
        var last = to - 1
        while position & 1 == 1 {
            position >>= 1
            last >>= 1
        }
        var old = start
        var new = start
        for hash in path {
            guard last != 0 else { return false }
            if position & 1 == 1 || position == last {
                old = nodeHash(hash, old)
                new = nodeHash(hash, new)
                while position & 1 == 0 && position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                new = nodeHash(new, hash)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && old == fromRoot && new == toRoot
    }
}
