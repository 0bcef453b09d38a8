/// Makes proofs out of a log, for somebody who has only its checkpoints and keys.
package struct LogProver<Tree: TreeReading & Sendable>: Sendable {
    private let tree: Tree
    private let checkpoints: any CheckpointReading
    private static var searchedCheckpoints: Int { 256 }

    package init(tree: Tree, checkpoints: any CheckpointReading) {
        self.tree = tree
        self.checkpoints = checkpoints
    }

    /// That the entry is in the log, by the first checkpoint after it that a witness has cosigned, or else the first one.
    package func inclusion(of entry: StoredEntry) async throws(MessageLogFailure) -> InclusionProofFile {
        let covering = try await checkpoints.checkpoints(after: entry.number - 1, limit: Self.searchedCheckpoints).map(\.signed)
        guard let checkpoint = covering.first(where: { $0.note.signatures.count > 1 }) ?? covering.first else {
            throw .notYetSigned(number: entry.number)
        }
        let leaf = ProvenLeaf(entry)
        let index = entry.number - 1
        let file = InclusionProofFile(
            extra: leaf.extra, index: index, proof: try TreeProofs(tree).inclusion(of: index, in: checkpoint.checkpoint.size),
            checkpoint: checkpoint)
        // A log that was changed behind its checkpoints gives no proof that would be refused elsewhere.
        guard file.includes(leaf.hash) else { throw .logRewritten(known: checkpoint.checkpoint.size) }
        return file
    }

    /// Between two sizes that the log has checkpoints of.
    package func consistency(from: Int64, to: Int64) async throws(MessageLogFailure) -> ConsistencyProofFile {
        let file = ConsistencyProofFile(
            from: try await checkpoint(of: from), to: try await checkpoint(of: to),
            proof: try TreeProofs(tree).consistency(from: from, to: to))
        guard file.holds else { throw .logRewritten(known: from) }
        return file
    }

    private func checkpoint(of size: Int64) async throws(MessageLogFailure) -> SignedCheckpoint {
        guard size > 0, let found = try await checkpoints.checkpoints(after: size - 1, limit: 1).first?.signed else {
            throw .unknownCheckpoint(size: size, next: nil)
        }
        guard found.checkpoint.size == size else { throw .unknownCheckpoint(size: size, next: found.checkpoint.size) }
        return found
    }
}
