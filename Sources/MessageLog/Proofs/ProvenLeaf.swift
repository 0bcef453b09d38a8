import PKI

/// What a proof is about: an entry's leaf, or only its hash where erasure has destroyed what the leaf was of.
package enum ProvenLeaf: Hashable, Sendable {
    case leaf([UInt8])
    case hash(TreeHash)

    private static let hashHeading = "ura-log-leaf-hash 1\n"
    private static let leafHeading = "ura-log-leaf 1 "

    package init(_ entry: StoredEntry) { self = entry.leaf.map { .leaf($0) } ?? .hash(entry.leafHash) }

    /// As it stands in a proof's extra data.
    package init?(extra: [UInt8]) {
        if extra.starts(with: Self.leafHeading.utf8) {
            self = .leaf(extra)
        } else if extra.starts(with: Self.hashHeading.utf8), extra.last == 0x0A,
            let bytes = Hexadecimal.decode(
                String(decoding: extra.dropFirst(Self.hashHeading.utf8.count).dropLast(), as: UTF8.self)),
            let hash = TreeHash(bytes: bytes)
        {
            self = .hash(hash)
        } else {
            return nil
        }
    }

    package var extra: [UInt8] {
        switch self {
        case .leaf(let bytes): bytes
        case .hash(let hash): Array("\(Self.hashHeading)\(hash)\n".utf8)
        }
    }

    package var hash: TreeHash {
        switch self {
        case .leaf(let bytes): MerkleTree.leafHash(bytes)
        case .hash(let hash): hash
        }
    }
}
