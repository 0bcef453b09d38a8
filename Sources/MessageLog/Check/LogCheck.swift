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
        state.stray(try await log.strayTileCount())
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
