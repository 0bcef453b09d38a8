/// The body of `POST /add-checkpoint` (C2SP tlog-witness): the size that the witness has seen last, the proof from there, the new
/// checkpoint.
package struct WitnessRequest: Hashable, Sendable {
    package static let maximumProofLength = 63
    /// Of the body; the lines before the checkpoint are the rest.
    package static let maximumBytes = SignedNote.maximumBytes + 4 << 10

    package let oldSize: Int64
    package let proof: [TreeHash]
    package let checkpoint: SignedCheckpoint

    package init(oldSize: Int64, proof: [TreeHash], checkpoint: SignedCheckpoint) {
        self.oldSize = oldSize
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// Strict: `encoded` gives the same bytes again.
    package init(_ bytes: [UInt8]) throws(MessageLogFailure) {
        guard bytes.count <= Self.maximumBytes else {
            throw .malformedNote(reason: "\(bytes.count) bytes, limit \(Self.maximumBytes)")
        }
        // A proof's lines are never empty: the first empty line divides.
        guard let end = bytes.indices.dropFirst().first(where: { bytes[$0 - 1] == 0x0A && bytes[$0] == 0x0A }) else {
            throw .malformedNote(reason: "no empty line before the checkpoint")
        }
        let lines = try NoteText(bytes[..<end]).lines
        guard lines[0].utf8.starts(with: "old ".utf8),
            let oldSize = TreeNumber.parse(Substring(lines[0].unicodeScalars.dropFirst(4)))
        else { throw .malformedNote(reason: "the first line does not say the old size") }
        guard lines.count - 1 <= Self.maximumProofLength else {
            throw .malformedNote(reason: "\(lines.count - 1) hashes in a proof, limit \(Self.maximumProofLength)")
        }
        var proof: [TreeHash] = []
        for line in lines.dropFirst() {
            guard let hash = TreeHash(base64: line) else { throw .malformedNote(reason: "a line of the proof is no hash") }
            proof.append(hash)
        }
        self.init(oldSize: oldSize, proof: proof, checkpoint: try SignedCheckpoint(bytes[(end + 1)...]))
    }

    package var encoded: [UInt8] {
        let lines = ["old \(oldSize)"] + proof.map(\.base64)
        return Array((lines.map { $0 + "\n" }.joined() + "\n").utf8) + checkpoint.note.encoded
    }
}
