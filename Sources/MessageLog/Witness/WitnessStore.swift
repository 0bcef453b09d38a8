import XRoadModel

/// What a witness remembers: every checkpoint that it has cosigned, of each log.
package protocol WitnessStore: Sendable {
    /// The largest of this log, with the signatures of the log and of the witness.
    func latest(of origin: NoteName) async throws(MessageLogFailure) -> SignedCheckpoint?

    /// Returns true only after the checkpoint would survive a loss of power, and false, with nothing kept, where the latest one has
    /// not `expectedSize` leaves any more (0: there is none).
    func save(
        _ cosigned: SignedCheckpoint, expectedSize: Int64, at time: Instant
    ) async throws(MessageLogFailure) -> Bool
}
