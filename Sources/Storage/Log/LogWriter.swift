import Foundation
import GRDB
import MessageLog

/// The one thread that writes. While a commit waits for the disk, rows gather; the next group takes them all, so that one sync
/// serves many.
final class LogWriter: Sendable {
    private let pool: DatabasePool
    private let lock: FolderLock
    private let queue: CommitQueue
    private let settings: JournalSettings
    private let hasEnded = DispatchSemaphore(value: 0)

    init(pool: DatabasePool, lock: FolderLock, queue: CommitQueue, settings: JournalSettings) {
        self.pool = pool
        self.lock = lock
        self.queue = queue
        self.settings = settings
        let thread = Thread { [self] in run() }
        thread.name = "message log"
        thread.start()
    }

    /// After the queue was closed: until everything is written. Blocks the thread.
    func waitForEnd() {
        hasEnded.wait()
        hasEnded.signal()
    }

    private func run() {
        var uncheckpointedBytes = 0
        while let group = queue.nextGroup(waiting: uncheckpointedBytes > 0 ? settings.idleMilliseconds : nil) {
            if !group.isEmpty {
                let outcomes = commit(group)
                for (waiting, outcome) in zip(group, outcomes) { waiting.task.resume(returning: outcome) }
                uncheckpointedBytes += group.reduce(0) { $0 + $1.row.storedByteCount + Self.rowOverhead }
                if uncheckpointedBytes < settings.walBytes { continue }
            }
            checkpoint()
            uncheckpointedBytes = 0
        }
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try? pool.close()
        lock.release()
        hasEnded.signal()
    }

    /// What index entries and half-filled pages of a row add to the WAL, about.
    private static let rowOverhead = 4 << 10

    /// One transaction for the group. Until `commit` returns the rows may or may not survive the process, and nobody was told that
    /// they do. After it they survive a loss of power: SQLite has synced the WAL. A failure is everybody's in the group: nobody's
    /// message leaves, and the next group tries anew.
    private func commit(_ group: [CommitQueue.Waiting]) -> [CommitQueue.Outcome] {
        do {
            return try pool.writeWithoutTransaction { database in
                var outcomes: [CommitQueue.Outcome] = []
                try database.inTransaction(.immediate) {
                    for waiting in group {
                        let number = try waiting.row.insert(database)
                        outcomes.append(.success(RecordIdentifier(number: number, name: waiting.row.name)))
                    }
                    return .commit
                }
                return outcomes
            }
        } catch {
            let failure = MessageLogFailure("commit", error)
            return group.map { _ in .failure(failure) }
        }
    }

    /// Moves the WAL into the database file, so that the next commit begins it anew. If that fails, or the process dies in it, the
    /// WAL still has everything. A reader can keep the WAL from beginning anew: once it is large, readers are waited for.
    private func checkpoint() {
        try? pool.writeWithoutTransaction { database in
            let (frames, moved) = try database.checkpoint(.passive)
            if frames != moved && frames > 4 * settings.walBytes / Self.pageBytes { _ = try database.checkpoint(.restart) }
        }
    }

    /// SQLite's default.
    private static let pageBytes = 4096
}
