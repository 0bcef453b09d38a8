import FoundationEssentials

/// A proof that a log only grew between two of its checkpoints, with both: JSON, for there is no common form of it.
package struct ConsistencyProofFile: Hashable, Sendable {
    package static let maximumBytes = 2 * SignedNote.maximumBytes
    private static let type = "ura-log-consistency 1"

    package let from: SignedCheckpoint
    package let to: SignedCheckpoint
    package let proof: [TreeHash]

    package init(from: SignedCheckpoint, to: SignedCheckpoint, proof: [TreeHash]) {
        self.from = from
        self.to = to
        self.proof = proof
    }

    private struct Document: Codable {
        var type: String
        /// Signed notes as they are.
        var from: String
        var to: String
        /// Base64, in the order of RFC 9162 2.1.4.
        var proof: [String]
    }

    package init(_ bytes: [UInt8]) throws(MessageLogFailure) {
        guard bytes.count <= Self.maximumBytes else {
            throw .malformedNote(reason: "\(bytes.count) bytes, limit \(Self.maximumBytes)")
        }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)), document.type == Self.type else {
            throw .malformedNote(reason: "not \(Self.type)")
        }
        let hashes = document.proof.prefix(MerkleTree.maximumProofLength + 1).map { TreeHash(base64: $0) }
        guard hashes.count <= MerkleTree.maximumProofLength, hashes.allSatisfy({ $0 != nil }) else {
            throw .malformedNote(reason: "a proof with something else than hashes, or too many of them")
        }
        self.init(
            from: try SignedCheckpoint(Array(document.from.utf8)), to: try SignedCheckpoint(Array(document.to.utf8)),
            proof: hashes.compactMap(\.self))
    }

    package var encoded: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            let document = Document(
                type: Self.type, from: String(decoding: from.note.encoded, as: UTF8.self),
                to: String(decoding: to.note.encoded, as: UTF8.self), proof: proof.map(\.base64))
            return Array(try encoder.encode(document)) + [0x0A]
        }
    }

    /// Whether the later tree begins with the earlier one. Says nothing about the checkpoints' signatures.
    package var holds: Bool {
        let (old, new) = (from.checkpoint, to.checkpoint)
        return old.origin == new.origin
            && MerkleTree.verifyConsistency(from: old.size, to: new.size, proof: proof, fromRoot: old.root, toRoot: new.root)
    }
}
