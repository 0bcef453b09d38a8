import GRDB
import MessageLog

/// What a running journal does from time to time, beside its writer.
struct LogUpkeep: Sendable {
    let queue: CommitQueue
    let gauge: DiskSpaceGauge
    let reader: SQLiteLogReader
    let keys: KeyStore
    let erasure: LogErasure

    func start(_ settings: JournalSettings) -> Task<Void, Never> {
        let milliseconds = max(10, settings.waitMilliseconds / 4)
        return Task.detached(priority: .utility) {
            // A rotation that a died process began.
            finishRotations()
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(milliseconds))
                queue.refuseExpired()
                gauge.measure()
                await makeRun()
                // One that failed, for want of room or because somebody read for long.
                erasure.turn.async { try? erasure.finish() }
            }
        }
    }

    /// A failure leaves the retired key: the next opening tries again.
    private func finishRotations() {
        keys.rotations.async { [keys] in try? keys.finishRotations() }
    }

    /// Indexes a run that has become full (`LookupRuns`). Without it searches go through more entries; the next time it is tried again.
    private func makeRun() async {
        guard
            let run = try? await reader.database.read({ database in
                try LookupRuns.make(database, entries: try SQLiteLogReader.entryCount(database))
            })
        else { return }
        _ = await queue.submit(
            .change { database, _ in
                try LookupRuns.store(run, database)
                return 0
            })
    }
}
