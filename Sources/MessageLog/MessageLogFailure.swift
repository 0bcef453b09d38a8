import XRoadModel

/// Why the message log could not do what it was asked.
package enum MessageLogFailure: Error, Equatable, Sendable {
    // What the caller asked for.
    /// A part is larger than a row may hold; large bodies go to content files.
    case partTooLarge(part: String, bytes: Int, limit: Int)
    case tooManyParts(count: Int, limit: Int)
    case unknownRecord(name: String)
    /// The content was erased; `event` is the entry that says so.
    case recordErased(name: String, event: Int64)
    /// The content has left the log; it is in the archives.
    case contentReleased(name: String)
    /// The data key of an archived record is not in the vault: the record is erased.
    case keyDestroyed(name: String)
    /// The log was opened without the keys of its content.
    case keysMissing
    /// A hold keeps the record from being erased.
    case recordHeld(name: String, caseName: String)
    /// No hold of this case is in force.
    case unknownHold(caseName: String)
    /// A time-stamp that would leave a message out or cover it twice.
    case timestampRefused(reason: String)
    /// The log's tree has not that many leaves; they are numbered from 0.
    case unknownLeaf(index: Int64)
    /// No checkpoint has this size; the next larger one has `next`.
    case unknownCheckpoint(size: Int64, next: Int64?)
    /// The log has grown since its last checkpoint, and the entry is after it.
    case notYetSigned(number: Int64)

    // A log, a witness or who brought us something of theirs.
    /// A signed note, a checkpoint, a proof or a request to a witness is not what it should be.
    case malformedNote(reason: String)
    /// A line under a note has a known key's name and identifier, but the key did not sign the note.
    case noteSignatureInvalid(key: String)
    /// None of the keys signed the note.
    case noteUnsigned(keys: [String])
    /// The owner of the security server did not say that this is its log's key.
    case logKeyNotCertified(key: String, reason: String)
    case witnessUnreachable(reason: String)
    case checkpointNotStamped(reason: String)
    /// The plan of an erasure, or what was handed in with it.
    case planRefused(reason: String)
    case approvalRefused(operator: String, reason: String)
    case operatorRefused(name: String, reason: String)

    // This server.
    /// The record was not taken: more wait than the journal may hold, or this one waited too long.
    case journalOverloaded(waiting: Int)
    /// The disk has no room left; nothing of the group was committed.
    case storageFull(detail: String)
    /// Nothing of the group is known to be committed.
    case storageFailed(step: String, detail: String)
    case journalClosed
    case signingFailed(key: String, reason: String)
    /// Nothing is lost: what was not archived stays in the log and is archived by a later run.
    case archivingFailed(step: String, detail: String)
    /// There is no key to encrypt the group's archives to.
    case recipientMissing(group: String, folder: String)
    /// Messages wait for a time-stamp since then, longer than is acceptable, or one that must have it at once cannot. `failures` are
    /// the last ones of the approved authorities; none where no authority was asked.
    case timestampingFailed(since: Instant, failures: [AuthorityFailure])
    case sealingFailed(reason: String)

    // What was once logged.
    case contentMissing(file: String)
    /// A content file was cut, changed, reordered or sealed with another key.
    case contentDamaged(file: String, chunk: Int)
    case recordDamaged(name: String, reason: String)
    case exportFailed(name: String, reason: String)
    /// The hash of a complete subtree of 2^level leaves is not there.
    case treeTileMissing(level: Int, position: Int64)
    /// The log has fewer entries than a checkpoint that it once signed.
    case logRolledBack(size: Int64, known: Int64)
    /// The log's first `known` entries are not those that it once signed a checkpoint of.
    case logRewritten(known: Int64)
    /// The settings name the log otherwise than its checkpoints do.
    case originChanged(former: String, now: String)
}
