import XRoadModel

/// Moves the log's records into archives, run by run.
package struct Archiver: Sendable {
    let source: any ArchiveSource
    let store: any ArchiveStore
    let ledger: any ArchiveLedger
    let transfer: (any ArchiveTransfer)?
    let release: (any ContentRelease)?
    let settings: ArchiverSettings
    let report: @Sendable (ArchiveProgress) -> Void

    /// - Parameters:
    ///   - transfer: nil where finished files stay where they are.
    ///   - release: nil where another process is the log's one writer.
    package init(
        source: any ArchiveSource, store: any ArchiveStore, ledger: any ArchiveLedger, transfer: (any ArchiveTransfer)?,
        release: (any ContentRelease)?, settings: ArchiverSettings, report: @escaping @Sendable (ArchiveProgress) -> Void
    ) {
        self.source = source
        self.store = store
        self.ledger = ledger
        self.transfer = transfer
        self.release = release
        self.settings = settings
        self.report = report
    }

    /// Archives what can be archived, transfers what waits for it, and lets go of contents that were kept long enough. A group that
    /// cannot be archived and a file that cannot be transferred are reported and hold up nothing else.
    @discardableResult
    package func run(at now: Instant) async throws(MessageLogFailure) -> ArchiveSummary {
        let summary = try await alone { run throws(MessageLogFailure) in
            try await run.archive()
            try await transfer(in: &run)
            if let release { try await run.release(by: release, at: now) }
            try await run.note(endAt: now)
        }
        report(.finished(summary))
        return summary
    }

    /// Only what an earlier run could not transfer.
    package func retryTransfers() async throws(MessageLogFailure) {
        _ = try await alone { run throws(MessageLogFailure) in try await transfer(in: &run) }
    }

    private func alone(
        _ work: (inout ArchiveRun) async throws(MessageLogFailure) -> Void
    ) async throws(MessageLogFailure) -> ArchiveSummary {
        try await store.lock()
        do throws(MessageLogFailure) {
            var run = try await ArchiveRun(source: source, store: store, ledger: ledger, settings: settings, report: report)
            try await work(&run)
            await store.unlock()
            return run.summary
        } catch {
            await store.unlock()
            throw error
        }
    }

    private func transfer(in run: inout ArchiveRun) async throws(MessageLogFailure) {
        if let transfer {
            try await run.transfer(by: transfer)
        } else {
            try await run.forgetTransfers()
        }
    }
}
