import XRoadModel

/// A checkpoint as its log keeps it.
package struct KeptCheckpoint: Hashable, Sendable {
    /// By the server's clock, when it was signed.
    package let time: Instant
    /// With the log's own signature and those of the witnesses.
    package let signed: SignedCheckpoint
    /// An RFC 3161 token over the checkpoint's text; nil where none was had.
    package let timestamp: [UInt8]?

    package init(time: Instant, signed: SignedCheckpoint, timestamp: [UInt8]?) {
        self.time = time
        self.signed = signed
        self.timestamp = timestamp
    }
}

/// Has a checkpoint time-stamped: its root stands for every entry up to its size, so that one stamp proves that all of them existed.
package protocol CheckpointTimestamping: Sendable {
    /// A token (RFC 3161, DER) over the checkpoint's text, by an authority that the global configuration approves; nil where it
    /// approves none.
    func timestamp(_ text: NoteText, signedAt: Instant) async throws(MessageLogFailure) -> [UInt8]?
}

/// A log's checkpoints, looked at.
package protocol CheckpointReading: Sendable {
    func latest() async throws(MessageLogFailure) -> KeptCheckpoint?

    /// Those of more than `size` leaves, the smallest first.
    func checkpoints(after size: Int64, limit: Int) async throws(MessageLogFailure) -> [KeptCheckpoint]
}

/// Where a log keeps its checkpoints. Each call returns only after the change would survive a loss of power.
package protocol CheckpointStore: CheckpointReading {
    /// Refuses a checkpoint that is not larger than the last one.
    func save(_ checkpoint: SignedCheckpoint, at time: Instant) async throws(MessageLogFailure)

    /// The token that was had for the checkpoint of this size.
    func save(timestamp: [UInt8], of size: Int64) async throws(MessageLogFailure)

    /// A witness's line under the checkpoint of this size; a newer one of the same witness replaces it.
    func save(_ cosignature: VerifiedNoteSignature, of size: Int64) async throws(MessageLogFailure)
}
