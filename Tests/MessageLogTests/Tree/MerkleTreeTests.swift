import MessageLog
import PKI
import Testing

/// Hashes, frontier and proofs against the definitions of RFC 9162 and against values that are known outside Ura.
struct MerkleTreeTests {
    /// The tree that Certificate Transparency's implementations are tested with (RFC 6962 2.1.3 gives its shape): eight leaves and the
    /// root after each.
    static let wellKnown: [(leaf: String, root: String)] = [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ]

    @Test func rootsAreTheWellKnownOnes() throws {
        #expect(MerkleTree.emptyRoot.description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(MerkleFrontier().root == MerkleTree.emptyRoot)
        var tree = MemoryTree()
        for (leaf, root) in Self.wellKnown {
            tree.append(try #require(Hexadecimal.decode(leaf)))
            #expect(tree.frontier.root.description == root)
            #expect(try TreeProofs(tree).root(of: tree.treeSize()).description == root)
        }
    }

    /// The example proofs of RFC 9162 2.1.5, whose tree has seven leaves: named by the subtrees that they are made of.
    @Test func proofsAreThoseOfTheExampleTree() throws {
        var tree = MemoryTree()
        for (leaf, _) in Self.wellKnown.prefix(7) { tree.append(try #require(Hexadecimal.decode(leaf))) }
        let (a, b, c, d, e, f, j) = (
            tree.hashes[0], tree.hashes[1], tree.hashes[2], tree.hashes[3], tree.hashes[4], tree.hashes[5], tree.hashes[6]
        )
        let (g, h, i) = (MerkleTree.nodeHash(a, b), MerkleTree.nodeHash(c, d), MerkleTree.nodeHash(e, f))
        let k = MerkleTree.nodeHash(g, h)
        let l = MerkleTree.nodeHash(i, j)
        let proofs = TreeProofs(tree)
        #expect(try proofs.inclusion(of: 0, in: 7) == [b, h, l])
        #expect(try proofs.inclusion(of: 3, in: 7) == [c, g, l])
        #expect(try proofs.inclusion(of: 4, in: 7) == [f, j, k])
        #expect(try proofs.inclusion(of: 6, in: 7) == [i, k])
        #expect(try proofs.consistency(from: 3, to: 7) == [c, d, g, l])
        #expect(try proofs.consistency(from: 4, to: 7) == [l])
        #expect(try proofs.consistency(from: 6, to: 7) == [i, j, k])
    }

    static let grown: MemoryTree = {
        var tree = MemoryTree()
        for number in 0..<66_000 { tree.append(Array("leaf \(number)".utf8)) }
        return tree
    }()

    @Test func everyRootUpTo600IsTheDefinitions() throws {
        let proofs = TreeProofs(Self.grown)
        let reference = ReferenceTree(leaves: (0..<600).map { Array("leaf \($0)".utf8) })
        var frontier = MerkleFrontier()
        for size in 0...600 {
            let root = reference.root(0..<size)
            #expect(frontier.root.bytes == root)
            #expect(try proofs.root(of: Int64(size)).bytes == root)
            #expect(try proofs.frontier(of: Int64(size)) == frontier)
            _ = frontier.append(Self.grown.hashes[size])
        }
    }

    @Test func everyProofOfSmallTreesIsTheDefinitions() throws {
        let proofs = TreeProofs(Self.grown)
        let reference = ReferenceTree(leaves: (0..<40).map { Array("leaf \($0)".utf8) })
        for size in 1...40 {
            for index in 0..<size {
                let proof = try proofs.inclusion(of: Int64(index), in: Int64(size))
                #expect(proof.map(\.bytes) == reference.path(index, 0..<size))
            }
            for from in 1...size {
                let proof = try proofs.consistency(from: Int64(from), to: Int64(size))
                #expect(proof.map(\.bytes) == reference.subproof(from, 0..<size, true))
            }
        }
    }

    @Test func everyProofUpTo600Verifies() throws {
        let proofs = TreeProofs(Self.grown)
        let roots = try (0...600).map { try proofs.root(of: Int64($0)) }
        // All pairs would take a minute: each size with every 29th other.
        for size in 1...600 {
            for other in stride(from: size % 29, to: size, by: 29) {
                let inclusion = try proofs.inclusion(of: Int64(other), in: Int64(size))
                #expect(
                    MerkleTree.verifyInclusion(
                        of: Self.grown.hashes[other], index: Int64(other), size: Int64(size), proof: inclusion, root: roots[size])
                )
                let consistency = try proofs.consistency(from: Int64(other), to: Int64(size))
                #expect(
                    MerkleTree.verifyConsistency(
                        from: Int64(other), to: Int64(size), proof: consistency, fromRoot: roots[other], toRoot: roots[size]))
            }
        }
    }

    /// Sizes around the tiles of 256 and 65,536 leaves.
    @Test(arguments: [255, 256, 257, 511, 513, 65_535, 65_536, 65_537, 65_793, 66_000] as [Int64])
    func proofsCrossTiles(_ size: Int64) throws {
        let proofs = TreeProofs(Self.grown)
        let root = try proofs.root(of: size)
        for other in [0, 1, 255, 256, 257, 300, 65_280, 65_535, 65_536, size - 1] as [Int64] where other < size {
            #expect(
                MerkleTree.verifyInclusion(
                    of: Self.grown.hashes[Int(other)], index: other, size: size,
                    proof: try proofs.inclusion(of: other, in: size), root: root))
            #expect(
                MerkleTree.verifyConsistency(
                    from: other, to: size, proof: try proofs.consistency(from: other, to: size),
                    fromRoot: try proofs.root(of: other), toRoot: root))
        }
    }

    @Test func tilesAreTheRootsOfTheirSubtrees() throws {
        #expect(Self.grown.tiles.count == 66_000 / 256 + 1)
        let reference = ReferenceTree(leaves: (0..<66_000).map { Array("leaf \($0)".utf8) })
        for (name, hash) in Self.grown.tiles {
            let first = Int(name.position) << name.level
            #expect(hash.bytes == reference.root(first..<first + 1 << name.level))
        }
    }

    @Test func aFrontierNeedsOneHashForEachBit() throws {
        let hash = MerkleTree.emptyRoot
        #expect(MerkleFrontier(size: 5, hashes: [hash, hash]) != nil)
        #expect(MerkleFrontier(size: 5, hashes: [hash]) == nil)
        #expect(MerkleFrontier(size: -1, hashes: []) == nil)
        #expect(TreeHash(bytes: [1, 2, 3]) == nil)
    }

    @Test func whatIsNotThereIsNamed() throws {
        var tree = MemoryTree()
        for number in 0..<600 { tree.append(Array("leaf \(number)".utf8)) }
        let proofs = TreeProofs(tree)
        #expect(throws: MessageLogFailure.unknownLeaf(index: 600)) { try proofs.root(of: 601) }
        #expect(throws: MessageLogFailure.unknownLeaf(index: 600)) { try proofs.inclusion(of: 600, in: 600) }
        #expect(throws: MessageLogFailure.unknownLeaf(index: -1)) { try proofs.inclusion(of: -1, in: 600) }
        #expect(throws: MessageLogFailure.unknownLeaf(index: 500)) { try proofs.consistency(from: 500, to: 400) }
        tree.tiles[MemoryTree.TileName(level: 8, position: 1)] = nil
        #expect(throws: MessageLogFailure.treeTileMissing(level: 8, position: 1)) { try TreeProofs(tree).root(of: 600) }
    }
}
