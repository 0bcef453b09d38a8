import MessageLog
import XRoadModel

extension MemoryTree {
    /// `from` and later leaves are other ones.
    static func of(_ size: Int, changedFrom from: Int = .max) -> MemoryTree {
        var tree = MemoryTree()
        for number in 0..<size { tree.append(Array("\(number < from ? "leaf" : "other") \(number)".utf8)) }
        return tree
    }

    func checkpoint(_ keys: TestKeys, size: Int64? = nil) throws -> SignedCheckpoint {
        let size = try size ?? treeSize()
        return try keys.checkpoint(size, root: try TreeProofs(self).root(of: size))
    }
}

/// Checkpoints in memory, by the rules of the port.
actor MemoryCheckpointStore: CheckpointStore {
    private(set) var kept: [KeptCheckpoint] = []

    func latest() -> KeptCheckpoint? { kept.last }

    func checkpoints(after size: Int64, limit: Int) -> [KeptCheckpoint] {
        Array(kept.filter { $0.signed.checkpoint.size > size }.prefix(limit))
    }

    func save(_ checkpoint: SignedCheckpoint, at time: Instant) throws(MessageLogFailure) {
        guard checkpoint.checkpoint.size > kept.last?.signed.checkpoint.size ?? 0 else {
            throw .storageFailed(step: "checkpoint", detail: "not larger than the last one")
        }
        kept.append(KeptCheckpoint(time: time, signed: checkpoint, timestamp: nil))
    }

    func save(timestamp: [UInt8], of size: Int64) {
        kept = kept.map {
            $0.signed.checkpoint.size == size ? KeptCheckpoint(time: $0.time, signed: $0.signed, timestamp: timestamp) : $0
        }
    }

    func save(_ cosignature: VerifiedNoteSignature, of size: Int64) {
        kept = kept.map { checkpoint in
            guard checkpoint.signed.checkpoint.size == size else { return checkpoint }
            var signed = checkpoint.signed
            signed.add([cosignature.signature])
            return KeptCheckpoint(time: checkpoint.time, signed: signed, timestamp: checkpoint.timestamp)
        }
    }
}

/// What a witness keeps, in memory.
actor MemoryWitnessStore: WitnessStore {
    private(set) var kept: [SignedCheckpoint] = []
    /// Runs before the next save looks: somebody else's save comes between.
    var interruption: SignedCheckpoint?

    func interrupt(with checkpoint: SignedCheckpoint) { interruption = checkpoint }

    func latest(of origin: NoteName) -> SignedCheckpoint? { kept.last { $0.checkpoint.origin == origin } }

    func save(_ cosigned: SignedCheckpoint, expectedSize: Int64, at time: Instant) -> Bool {
        if let interruption { kept.append(interruption) }
        interruption = nil
        guard latest(of: cosigned.checkpoint.origin)?.checkpoint.size ?? 0 == expectedSize else { return false }
        kept.append(cosigned)
        return true
    }
}

/// The way to a witness in the same process.
struct DirectTransport: WitnessTransport {
    let witness: Witness

    func addCheckpoint(_ body: [UInt8], to prefix: String) async throws(MessageLogFailure) -> WitnessAnswer {
        try await witness.add(body, at: TestKeys.time)
    }
}

/// A witness that always says the same.
struct FixedTransport: WitnessTransport {
    let answer: WitnessAnswer?

    func addCheckpoint(_ body: [UInt8], to prefix: String) async throws(MessageLogFailure) -> WitnessAnswer {
        guard let answer else { throw .witnessUnreachable(reason: "no route") }
        return answer
    }
}
