import XRoadModel

/// A checkpoint as its log keeps it.
package struct KeptCheckpoint: Hashable, Sendable {
    /// By the server's clock, when it was signed.
    package let time: Instant
    /// With the log's own signature and those of the witnesses.
    package let signed: SignedCheckpoint
    /// An RFC 3161 token over `CheckpointImprint`; nil where none was had.
    package let timestamp: [UInt8]?

    package init(time: Instant, signed: SignedCheckpoint, timestamp: [UInt8]?) {
        self.time = time
        self.signed = signed
        self.timestamp = timestamp
    }
}

/// Where a log keeps its checkpoints. Each call that changes something returns only after the change would survive a loss of power.
package protocol CheckpointStore: Sendable {
    func latest() async throws(MessageLogFailure) -> KeptCheckpoint?

    /// Those of more than `size` leaves, the smallest first.
    func checkpoints(after size: Int64, limit: Int) async throws(MessageLogFailure) -> [KeptCheckpoint]

    /// Refuses a checkpoint that is not larger than the last one, or has more than the log's own signatures.
    func save(_ checkpoint: SignedCheckpoint, at time: Instant) async throws(MessageLogFailure)

    /// The token that was had for the checkpoint of this size.
    func save(timestamp: [UInt8], of size: Int64) async throws(MessageLogFailure)

    /// A witness's line under the checkpoint of this size; a newer one of the same witness replaces it.
    func save(_ cosignature: VerifiedNoteSignature, of size: Int64) async throws(MessageLogFailure)
}
