import XRoadModel

/// How far a check has come.
struct LogCheckState {
    var findings = LogFindings()
    var history = HistoryCheck()
    var checkpoints: CheckpointCheck
    var anchors: AnchorCheck
    private var entryCheck: EntryCheck
    private var erasures = ErasureCheck()
    private var releases = ReleaseCheck()
    private var changed = ChangedEntries()
    private let underErasure: Set<Int64>
    private var messageCount: Int64 = 0
    private var eventCount: Int64 = 0
    /// Consecutive numbers without an entry.
    private var gap: ClosedRange<Int64>?
    private let hasWitness: Bool
    private let now: Instant?
    /// Of the first entry after the last checkpoint.
    private var waitingSince: Instant?

    /// Of entries for a checkpoint: it comes every minute.
    private static let patienceSeconds: Int64 = 600

    init(log: some LogCheckReading, trust: LogCheckTrust, underErasure: Set<Int64>) {
        for finding in trust.findings { findings.add(finding) }
        checkpoints = CheckpointCheck(trust: trust)
        anchors = AnchorCheck(trust: trust, &findings)
        entryCheck = EntryCheck(contentDigest: { log.contentDigest($0) })
        self.underErasure = underErasure
        hasWitness = trust.anchors.contains { $0.source != .keptFile }
        now = trust.now
    }

    /// What stands under one number. Gives the run of the tree that it completes.
    mutating func check(_ entries: [CheckedEntry], _ number: Int64) -> CompletedRun? {
        if entries.isEmpty {
            gap = (gap?.lowerBound ?? number)...number
        } else {
            closeGap()
        }
        if entries.count > 1 { findings.add(.entryDoubled, number, "\(entries.count) entries have this number") }
        var hash: TreeHash?
        for entry in entries {
            guard case .stored(let stored) = entry.content else {
                findings.add(.entryUnreadable, number, "a column holds what was never written")
                continue
            }
            hash = hash ?? stored.leafHash
            if EntryCheck.isLeafRight(stored) == false { changed.add(stored) }
            waitingSince = waitingSince ?? stored.time
            switch stored {
            case .message(let message):
                messageCount += 1
                erasures.add(message)
                releases.add(message)
                entryCheck.check(message, hasKey: entry.hasKey, isUnderErasure: underErasure.contains(number), &findings)
            case .event(let event):
                eventCount += 1
                erasures.add(event, &findings)
                releases.add(event, &findings)
            }
        }
        return history.append(hash)
    }

    private mutating func closeGap() {
        if let gap { findings.add(LogFinding(.entryMissing, gap, gap.count == 1 ? "it is missing" : "they are missing")) }
        gap = nil
    }

    /// A checkpoint of as many entries as have gone by.
    mutating func compare(_ row: CheckedCheckpoint) {
        guard let checkpoint = checkpoints.check(row, &findings) else { return }
        history.compare(checkpoint, &findings)
        waitingSince = nil
    }

    mutating func stray(_ count: Int64) {
        guard count > 0 else { return }
        findings.add(LogFinding(.tileChanged, nil, "\(count) hashes are stored of entries that are not there"))
    }

    /// A checkpoint of more entries than there are.
    mutating func lost(_ row: CheckedCheckpoint) {
        guard let checkpoint = checkpoints.check(row, &findings) else { return }
        findings.add(
            LogFinding(
                .logRolledBack, history.size + 1...checkpoint.size, "the log has a checkpoint of them, and not the entries"))
    }

    mutating func report(last: Int64) -> LogCheckReport {
        closeGap()
        changed.report(to: &findings)
        erasures.report(last: last, to: &findings)
        releases.report(to: &findings)
        if let now, let waitingSince, now.seconds(since: waitingSince) > Self.patienceSeconds {
            let first = (checkpoints.last?.checkpoint.size ?? 0) + 1
            findings.add(
                LogFinding(.entriesUnsigned, first <= last ? first...last : nil, "without a checkpoint since \(waitingSince)"))
        }
        for number in underErasure.sorted() { findings.add(.erasureUnderWay, number, "its erasure has begun and not ended") }
        anchors.report(history, checkpoints, to: &findings)
        return LogCheckReport(
            verdict: findings.verdict, origin: checkpoints.origin?.text, entries: last, messages: messageCount,
            events: eventCount,
            erased: erasures.erasedCount, root: history.root?.description,
            checkpoints: LogCheckReport.Checkpoints(checkpoints, entries: last),
            rollback: LogCheckReport.Rollback(anchors, wasAsked: hasWitness), findings: findings.findings,
            findingsLeftOut: findings.leftOut)
    }
}
