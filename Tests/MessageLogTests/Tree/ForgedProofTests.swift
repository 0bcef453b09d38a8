import MessageLog
import Testing

/// No proof but the right one verifies.
struct ForgedProofTests {
    struct Inclusion {
        var leaf: TreeHash
        var index: Int64
        var size: Int64
        var proof: [TreeHash]
        var root: TreeHash

        var verifies: Bool { MerkleTree.verifyInclusion(of: leaf, index: index, size: size, proof: proof, root: root) }
    }

    struct Consistency {
        var from: Int64
        var to: Int64
        var proof: [TreeHash]
        var fromRoot: TreeHash
        var toRoot: TreeHash

        var verifies: Bool {
            MerkleTree.verifyConsistency(from: from, to: to, proof: proof, fromRoot: fromRoot, toRoot: toRoot)
        }
    }

    @Test func noInclusionProofWithOneBitChangedVerifies() throws {
        for size in [1, 2, 3, 7, 8, 33, 300] as [Int64] {
            for index in stride(from: 0, to: size, by: Int(max(1, size / 5))) {
                let right = try Self.inclusion(of: index, in: size)
                #expect(right.verifies)
                for bit in 0..<256 {
                    var forged = right
                    forged.leaf = Self.flipped(right.leaf, bit)
                    #expect(!forged.verifies)
                    forged = right
                    forged.root = Self.flipped(right.root, bit)
                    #expect(!forged.verifies)
                    for place in right.proof.indices {
                        forged = right
                        forged.proof[place] = Self.flipped(right.proof[place], bit)
                        #expect(!forged.verifies)
                    }
                }
            }
        }
    }

    @Test func noConsistencyProofWithOneBitChangedVerifies() throws {
        for to in [2, 3, 7, 8, 33, 300] as [Int64] {
            for from in stride(from: 1, to: to, by: Int(max(1, to / 5))) {
                let right = try Self.consistency(from: from, to: to)
                #expect(right.verifies)
                for bit in 0..<256 {
                    var forged = right
                    forged.fromRoot = Self.flipped(right.fromRoot, bit)
                    #expect(!forged.verifies)
                    forged = right
                    forged.toRoot = Self.flipped(right.toRoot, bit)
                    #expect(!forged.verifies)
                    for place in right.proof.indices {
                        forged = right
                        forged.proof[place] = Self.flipped(right.proof[place], bit)
                        #expect(!forged.verifies)
                    }
                }
            }
        }
    }

    /// Another index, another size, a hash more, one fewer, two swapped.
    @Test func noInclusionProofOfAnotherShapeVerifies() throws {
        let right = try Self.inclusion(of: 19, in: 33)
        for index in -1...34 as ClosedRange<Int64> where index != right.index {
            var forged = right
            forged.index = index
            #expect(!forged.verifies)
        }
        // Sizes 34 to 64 give leaf 19 a path of the same shape: there the root tells them apart, not the proof.
        for size in [-1, 0, 1, 19, 20, 31, 32, 65, .max] as [Int64] {
            var forged = right
            forged.size = size
            #expect(!forged.verifies)
        }
        for proof in Self.reshaped(right.proof) {
            var forged = right
            forged.proof = proof
            #expect(!forged.verifies)
        }
    }

    @Test func noConsistencyProofOfAnotherShapeVerifies() throws {
        let right = try Self.consistency(from: 19, to: 33)
        for from in -1...34 as ClosedRange<Int64> where from != right.from {
            var forged = right
            forged.from = from
            #expect(!forged.verifies)
        }
        for proof in Self.reshaped(right.proof) {
            var forged = right
            forged.proof = proof
            #expect(!forged.verifies)
        }
    }

    @Test func theEmptyTreeAndTheSameTreeNeedNoHashes() throws {
        let (five, seven) = (try TreeProofs(MerkleTreeTests.grown).root(of: 5), try TreeProofs(MerkleTreeTests.grown).root(of: 7))
        func verifies(_ from: Int64, _ to: Int64, _ proof: [TreeHash], _ old: TreeHash, _ new: TreeHash) -> Bool {
            MerkleTree.verifyConsistency(from: from, to: to, proof: proof, fromRoot: old, toRoot: new)
        }
        #expect(verifies(0, 7, [], MerkleTree.emptyRoot, seven))
        #expect(verifies(7, 7, [], seven, seven))
        #expect(verifies(0, 0, [], MerkleTree.emptyRoot, MerkleTree.emptyRoot))
        #expect(!verifies(0, 7, [], five, seven))
        #expect(!verifies(0, 7, [five], MerkleTree.emptyRoot, seven))
        #expect(!verifies(0, 0, [], five, five))
        #expect(!verifies(7, 7, [seven], seven, seven))
        #expect(!verifies(7, 7, [], five, seven))
        #expect(!verifies(7, 5, [], seven, five))
        #expect(!verifies(5, 7, [], five, seven))
    }

    @Test func aProofIsNoLongerThanAnyTreeIsDeep() {
        let hash = MerkleTree.emptyRoot
        let long = [TreeHash](repeating: hash, count: 100_000)
        #expect(!MerkleTree.verifyInclusion(of: hash, index: 0, size: .max, proof: long, root: hash))
        #expect(!MerkleTree.verifyConsistency(from: 1, to: .max, proof: long, fromRoot: hash, toRoot: hash))
    }

    private static func inclusion(of index: Int64, in size: Int64) throws -> Inclusion {
        let tree = MerkleTreeTests.grown
        return Inclusion(
            leaf: tree.hashes[Int(index)], index: index, size: size, proof: try TreeProofs(tree).inclusion(of: index, in: size),
            root: try TreeProofs(tree).root(of: size))
    }

    private static func consistency(from: Int64, to: Int64) throws -> Consistency {
        let proofs = TreeProofs(MerkleTreeTests.grown)
        return Consistency(
            from: from, to: to, proof: try proofs.consistency(from: from, to: to), fromRoot: try proofs.root(of: from),
            toRoot: try proofs.root(of: to))
    }

    private static func flipped(_ hash: TreeHash, _ bit: Int) -> TreeHash {
        var bytes = hash.bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return TreeHash(bytes: bytes) ?? hash
    }

    private static func reshaped(_ proof: [TreeHash]) -> [[TreeHash]] {
        let swaps = proof.indices.dropLast().map { place in
            var swapped = proof
            swapped.swapAt(place, place + 1)
            return swapped
        }
        let gaps = proof.indices.map { place in
            var shorter = proof
            shorter.remove(at: place)
            return shorter
        }
        let additions = proof.indices.map { place in
            var longer = proof
            longer.insert(MerkleTree.emptyRoot, at: place)
            return longer
        }
        return swaps + gaps + additions + [proof + [MerkleTree.emptyRoot], proof + proof]
    }
}
