extension MessageLogFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .partTooLarge(let part, let bytes, let limit): "\(part) has \(bytes) bytes, a record takes \(limit)"
        case .tooManyParts(let count, let limit): "the message has \(count) parts, a record takes \(limit)"
        case .unknownRecord(let name): "there is no record \(name)"
        case .unknownLeaf(let index): "the log's tree has no leaf \(index)"
        case .unknownCheckpoint(let size, let next):
            "the log has no checkpoint of \(size) entries" + (next.map { ", the next one has \($0)" } ?? "")
        case .notYetSigned(let number): "entry \(number) is after the log's last checkpoint: try again in a minute"
        case .malformedNote(let reason): "malformed note: \(reason)"
        case .noteSignatureInvalid(let key): "the note is not what \(key) has signed"
        case .noteUnsigned(let keys): "the note is not signed by \(keys.isEmpty ? "a known key" : keys.joined(separator: " or "))"
        case .logKeyNotCertified(let key, let reason): "log key \(key) is not certified by its owner: \(reason)"
        case .checkpointNotStamped(let reason): "no authority stamps the checkpoint: \(reason)"
        case .witnessUnreachable(let reason): "the witness cannot be reached: \(reason)"
        case .planRefused(let reason): "the plan cannot be used: \(reason)"
        case .approvalRefused(let name, let reason): "the approval by \(name) does not count: \(reason)"
        case .operatorRefused(let name, let reason): "operator \(name): \(reason)"
        case .recordErased(let name, let event): "the content of record \(name) was erased (entry \(event))"
        case .contentReleased(let name): "the content of record \(name) has left the log; it is in the archives"
        case .keyDestroyed(let name): "the key of record \(name) is not in the vault: the record is erased"
        case .keysMissing: "the keys of the message log are needed to open its content"
        case .unknownHold(let caseName): "no hold of case \(caseName) is in force"
        case .timestampRefused(let reason): "the time-stamp does not fit the message log: \(reason)"
        case .recordHeld(let name, let caseName): "record \(name) is on hold for the case \(caseName)"
        case .journalOverloaded(let waiting): "the message log is overloaded: \(waiting) records wait"
        case .storageFull(let detail): "the disk of the message log is full: \(detail)"
        case .storageFailed(let step, let detail): "the message log failed (\(step)): \(detail)"
        case .journalClosed: "the message log is closed"
        case .signingFailed(let key, let reason): "\(key) cannot sign: \(reason)"
        case .archivingFailed(let step, let detail): "archiving failed (\(step)): \(detail)"
        case .recipientMissing(let group, let folder):
            "no OpenPGP key of \(group.isEmpty ? "the server" : group) in \(folder): its records are not archived"
        case .timestampingFailed(let since, let failures):
            "no time-stamp for messages since \(since.iso8601(milliseconds: false)): "
                + (failures.isEmpty
                    ? "no approved time-stamping authority could be asked" : failures.map { "\($0)" }.joined(separator: "; "))
        case .sealingFailed(let reason): "the content could not be sealed or opened: \(reason)"
        case .contentMissing(let file): "content file \(file) is missing"
        case .contentDamaged(let file, let chunk): "content file \(file) is damaged in chunk \(chunk)"
        case .recordDamaged(let name, let reason): "record \(name) is damaged: \(reason)"
        case .exportFailed(let name, let reason): "record \(name) cannot be exported: \(reason)"
        case .logRolledBack(let size, let known):
            "the log has \(size) entries, a checkpoint of \(known) is known: it was rolled back"
        case .logRewritten(let known): "the log's first \(known) entries are not those of its checkpoint: they were changed"
        case .originChanged(let former, let now): "the log's checkpoints are of \(former), not of \(now)"
        case .treeTileMissing(let level, let position):
            "the log's tree has no hash of subtree \(position) of 2^\(level) leaves"
        }
    }
}
