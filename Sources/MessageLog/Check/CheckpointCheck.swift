import XRoadModel

/// Checks the notes of a log's checkpoints: form, order, signatures, time-stamps. Whether their trees are of the log's entries is seen
/// where the entries are.
struct CheckpointCheck {
    private let trust: LogCheckTrust
    private(set) var origin: NoteName?
    private(set) var count: Int64 = 0
    private(set) var last: (checkpoint: Checkpoint, time: Instant)?
    private(set) var stampedCount: Int64 = 0
    /// The largest that a trusted witness has cosigned, as the log tells.
    private(set) var lastCosigned: Int64 = 0

    init(trust: LogCheckTrust) { self.trust = trust }

    /// The checkpoint that the row holds; nil where it cannot be read.
    mutating func check(_ row: CheckedCheckpoint, _ findings: inout LogFindings) -> Checkpoint? {
        count += 1
        let time = Instant(millisecondsSince1970: row.time)
        let signed: SignedCheckpoint
        do { signed = try SignedCheckpoint(row.note) } catch {
            findings.add(LogFinding(.checkpointUnreadable, nil, "checkpoint of \(row.size) entries: \(error)"))
            return nil
        }
        let checkpoint = signed.checkpoint
        guard checkpoint.size == row.size, origin == nil || checkpoint.origin == origin else {
            findings.add(
                LogFinding(.checkpointOrder, nil, "the row of \(row.size) entries holds \(checkpoint.origin), \(checkpoint.size)")
            )
            return nil
        }
        if let last, time < last.time {
            findings.add(LogFinding(.checkpointOrder, nil, "checkpoint of \(row.size) entries is older than the one before it"))
        }
        origin = checkpoint.origin
        last = (checkpoint, time)
        verify(signed, at: time, &findings)
        if let token = row.timestamp { judge(token, signed, at: time, &findings) }
        return checkpoint
    }

    private mutating func verify(_ signed: SignedCheckpoint, at time: Instant, _ findings: inout LogFindings) {
        let size = signed.checkpoint.size
        do {
            let lines = try signed.note.verified(
                by: trust.keys.filter { $0.name == signed.checkpoint.origin } + trust.witnessKeys)
            guard let line = lines.first(where: { $0.key.kind == .note }) else {
                throw MessageLogFailure.noteUnsigned(keys: ["the log's key"])
            }
            if let expires = trust.expires(line.key), time >= expires {
                findings.add(
                    LogFinding(
                        .logKeyExpired, nil, "checkpoint of \(size) entries is of \(time), its key was good until \(expires)"))
            }
            if lines.contains(where: { $0.key.kind == .cosignature }) { lastCosigned = max(lastCosigned, size) }
        } catch {
            findings.add(LogFinding(.checkpointSignature, nil, "checkpoint of \(size) entries: \(error)"))
        }
    }

    private mutating func judge(
        _ token: [UInt8], _ signed: SignedCheckpoint, at time: Instant, _ findings: inout LogFindings
    ) {
        guard let judge = trust.timestampFault else { return }
        stampedCount += 1
        if let reason = judge(token, signed.note.text, time) {
            findings.add(LogFinding(.timestampInvalid, nil, "checkpoint of \(signed.checkpoint.size) entries: \(reason)"))
        }
    }
}
