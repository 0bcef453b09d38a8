import PKI

/// A proof that an entry is in a log, with the checkpoint it leads to (C2SP tlog-proof): who has the leaf and the keys needs nothing
/// else. The leaf stands in `extra`: what it says is proven by the proof, not by standing there.
package struct InclusionProofFile: Hashable, Sendable {
    package static let maximumBytes = 1 << 20
    private static let heading = "c2sp.org/tlog-proof@v1"

    package let extra: [UInt8]?
    package let index: Int64
    package let proof: [TreeHash]
    package let checkpoint: SignedCheckpoint

    package init(extra: [UInt8]?, index: Int64, proof: [TreeHash], checkpoint: SignedCheckpoint) {
        self.extra = extra
        self.index = index
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// Strict: `encoded` gives the same bytes again.
    package init(_ bytes: [UInt8]) throws(MessageLogFailure) {
        guard bytes.count <= Self.maximumBytes else {
            throw .malformedNote(reason: "\(bytes.count) bytes, limit \(Self.maximumBytes)")
        }
        guard let end = bytes.indices.dropFirst().first(where: { bytes[$0 - 1] == 0x0A && bytes[$0] == 0x0A }) else {
            throw .malformedNote(reason: "no empty line before the checkpoint")
        }
        var lines = try NoteText(bytes[..<end]).lines[...]
        guard let first = lines.popFirst(), first.utf8.elementsEqual(Self.heading.utf8) else {
            throw .malformedNote(reason: "not \(Self.heading)")
        }
        if let line = lines.first, let text = Self.value("extra", line) {
            guard let decoded = Base64.decode(text) else { throw .malformedNote(reason: "extra data that is not base64") }
            extra = decoded
            lines.removeFirst()
        } else {
            extra = nil
        }
        guard let index = lines.popFirst().flatMap({ Self.value("index", $0) }).flatMap({ TreeNumber.parse($0) }) else {
            throw .malformedNote(reason: "no index")
        }
        self.index = index
        var proof: [TreeHash] = []
        for line in lines {
            guard let hash = TreeHash(base64: line) else { throw .malformedNote(reason: "a line of the proof is no hash") }
            proof.append(hash)
        }
        guard proof.count <= MerkleTree.maximumProofLength else {
            throw .malformedNote(reason: "\(proof.count) hashes in a proof, limit \(MerkleTree.maximumProofLength)")
        }
        self.proof = proof
        checkpoint = try SignedCheckpoint(bytes[(end + 1)...])
    }

    package var encoded: [UInt8] {
        let lines =
            [Self.heading] + (extra.map { ["extra " + Base64.encode($0)] } ?? []) + ["index \(index)"] + proof.map(\.base64)
        return Array((lines.map { $0 + "\n" }.joined() + "\n").utf8) + checkpoint.note.encoded
    }

    /// Whether the leaf is where the proof says in the checkpoint's tree. Says nothing about the checkpoint's signatures.
    package func includes(_ leaf: TreeHash) -> Bool {
        MerkleTree.verifyInclusion(
            of: leaf, index: index, size: checkpoint.checkpoint.size, proof: proof, root: checkpoint.checkpoint.root)
    }

    private static func value(_ name: String, _ line: String) -> String? {
        line.utf8.starts(with: "\(name) ".utf8) ? String(decoding: line.utf8.dropFirst(name.utf8.count + 1), as: UTF8.self) : nil
    }
}
