import XRoadModel

/// Computes a log anew from its rows and files, and compares what comes out with the leaves, the tree, the checkpoints and whatever
/// was kept elsewhere. Goes on after a finding; memory does not grow with the log.
package struct LogCheck<Log: LogCheckReading>: Sendable {
    private let log: Log
    private let trust: LogCheckTrust

    package init(_ log: Log, trust: LogCheckTrust) {
        self.log = log
        self.trust = trust
    }

    /// Entries that are read at once: with the bodies that are not in files some MiB, at most some hundred.
    private static var pageLength: Int64 { 64 }
    private static var checkpointPageLength: Int { 64 }

    /// `progress` is told entries that were checked and how many there are.
    package func run(
        progress: (_ checked: Int64, _ of: Int64) -> Void = { _, _ in }
    ) async throws(MessageLogFailure) -> LogCheckReport {
        let last = try await log.lastNumber()
        var state = LogCheckState(log: log, trust: trust, underErasure: try await log.unfinishedErasures())
        var pending = try await log.checkedCheckpoints(after: 0, limit: Self.checkpointPageLength)[...]
        state.anchors.compare(state.history)
        var next: Int64 = 1
        while next <= last {
            let numbers = next...min(last, next + Self.pageLength - 1)
            var entries = try await log.checkedEntries(numbers)[...]
            for number in numbers {
                var same: [CheckedEntry] = []
                while let entry = entries.first, entry.number == number { same.append(entries.removeFirst()) }
                if let run = state.check(same, number) { try await close(run, &state) }
                try await compareCheckpoints(&pending, &state)
                state.anchors.compare(state.history)
            }
            progress(numbers.upperBound, last)
            next = numbers.upperBound + 1
        }
        // What is left was signed of more entries than there are.
        while let row = pending.popFirst() {
            state.lost(row)
            if pending.isEmpty {
                pending = try await log.checkedCheckpoints(after: row.size, limit: Self.checkpointPageLength)[...]
            }
        }
        return state.report(last: last)
    }

    private func close(_ run: CompletedRun, _ state: inout LogCheckState) async throws(MessageLogFailure) {
        let stored = try await log.checkedTile(level: CompletedTile.levelStep, position: run.position)
        for tile in state.history.close(run, stored: stored, &state.findings) {
            let stored = try await log.checkedTile(level: tile.level, position: tile.position)
            guard stored != tile.hash else { continue }
            let entries = tile.position << Int64(tile.level) + 1...(tile.position + 1) << Int64(tile.level)
            state.findings.add(
                stored == nil
                    ? LogFinding(.tileMissing, entries, "no hash of their subtree is stored")
                    : LogFinding(.tileChanged, entries, "their subtree has another hash than the one that was stored"))
        }
    }

    private func compareCheckpoints(
        _ pending: inout ArraySlice<CheckedCheckpoint>, _ state: inout LogCheckState
    ) async throws(MessageLogFailure) {
        while let row = pending.first, row.size <= state.history.size {
            pending.removeFirst()
            if let checkpoint = state.checkpoints.check(row, &state.findings) {
                state.history.compare(checkpoint, &state.findings)
            }
            if pending.isEmpty {
                pending = try await log.checkedCheckpoints(after: row.size, limit: Self.checkpointPageLength)[...]
            }
        }
    }
}

/// How far a check has come.
struct LogCheckState {
    var findings = LogFindings()
    var history = HistoryCheck()
    var checkpoints: CheckpointCheck
    var anchors: AnchorCheck
    private var entryCheck: EntryCheck
    private var erasures = ErasureCheck()
    private var changed = ChangedEntries()
    private let underErasure: Set<Int64>
    private var messageCount: Int64 = 0
    private var eventCount: Int64 = 0
    /// Consecutive numbers without an entry.
    private var gap: ClosedRange<Int64>?
    private let hasWitness: Bool

    init(log: some LogCheckReading, trust: LogCheckTrust, underErasure: Set<Int64>) {
        for finding in trust.findings { findings.add(finding) }
        checkpoints = CheckpointCheck(trust: trust)
        anchors = AnchorCheck(trust: trust, &findings)
        entryCheck = EntryCheck(contentDigest: { log.contentDigest($0) })
        self.underErasure = underErasure
        hasWitness = trust.anchors.contains { $0.source != .keptFile }
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
            switch stored {
            case .message(let message):
                messageCount += 1
                erasures.add(message)
                entryCheck.check(message, hasKey: entry.hasKey, isUnderErasure: underErasure.contains(number), &findings)
            case .event(let event):
                eventCount += 1
                erasures.add(event, &findings)
            }
        }
        return history.append(hash)
    }

    private mutating func closeGap() {
        if let gap { findings.add(LogFinding(.entryMissing, gap, gap.count == 1 ? "it is missing" : "they are missing")) }
        gap = nil
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
