import XRoadModel

/// Signs the tree of a log as it grows. It never signs a tree that does not begin with all that it has signed before: the log's
/// database may have been changed or replaced behind it.
package struct Checkpointer<Tree: TreeReading & Sendable>: Sendable {
    private let tree: Tree
    private let store: any CheckpointStore
    private let signer: NoteSigner

    package init(tree: Tree, store: any CheckpointStore, signer: NoteSigner) {
        self.tree = tree
        self.store = store
        self.signer = signer
    }

    /// A checkpoint of what is durable now; nil where the log has not grown since the last one.
    package func checkpoint(at now: Instant) async throws(MessageLogFailure) -> KeptCheckpoint? {
        let last = try await store.latest()?.signed.checkpoint
        let size = try tree.treeSize()
        if let last {
            guard last.origin == signer.verifierKey.name else {
                throw .originChanged(former: last.origin.text, now: signer.verifierKey.name.text)
            }
            try require(last)
        }
        guard size > last?.size ?? 0 else { return nil }
        let checkpoint = Checkpoint(origin: signer.verifierKey.name, size: size, root: try TreeProofs(tree).root(of: size))
        let signed = try SignedCheckpoint(checkpoint, signer: signer, at: now)
        // Dying before this returns leaves the log as it was: nobody has seen the signature.
        try await store.save(signed, at: now)
        return KeptCheckpoint(time: now, signed: signed, timestamp: nil)
    }

    /// Fails where the log's tree does not begin with the tree of a checkpoint that is known from wherever.
    package func require(_ known: Checkpoint) throws(MessageLogFailure) {
        let size = try tree.treeSize()
        guard known.size <= size else { throw .logRolledBack(size: size, known: known.size) }
        guard try TreeProofs(tree).root(of: known.size) == known.root else { throw .logRewritten(known: known.size) }
    }
}
