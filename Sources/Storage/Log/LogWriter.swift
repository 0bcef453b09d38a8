import Foundation
import GRDB
import MessageLog

/// The one thread that writes. While a commit waits for the disk, writes gather; the next group takes them all, so that one sync
/// serves many.
final class LogWriter: Sendable {
    private let pool: DatabasePool
    private let lock: FolderLock
    private let queue: CommitQueue
    private let settings: JournalSettings
    /// Of the entries that the log had at first.
    private let frontier: MerkleFrontier
    /// Told how many entries the log has.
    private let afterGroup: @Sendable (Int64) -> Void
    /// When everything is written.
    private let beforeClosing: @Sendable () -> Void
    private let hasEnded = DispatchSemaphore(value: 0)

    init(
        pool: DatabasePool, lock: FolderLock, queue: CommitQueue, settings: JournalSettings, frontier: MerkleFrontier,
        afterGroup: @escaping @Sendable (Int64) -> Void, beforeClosing: @escaping @Sendable () -> Void
    ) {
        self.pool = pool
        self.lock = lock
        self.queue = queue
        self.settings = settings
        self.frontier = frontier
        self.afterGroup = afterGroup
        self.beforeClosing = beforeClosing
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
        writeGroups()
        beforeClosing()
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try? pool.close()
        lock.release()
        hasEnded.signal()
    }

    private func writeGroups() {
        var state = State(frontier: frontier)
        var uncheckpointedBytes = 0
        while let group = queue.nextGroup(waiting: uncheckpointedBytes > 0 ? settings.idleMilliseconds : nil) {
            if !group.isEmpty {
                let outcomes = commit(group, &state)
                afterGroup(state.frontier.size)
                for (waiting, outcome) in zip(group, outcomes) { waiting.tell(outcome) }
                uncheckpointedBytes += group.reduce(0) { $0 + $1.write.byteCount } + Self.groupBytes
                if uncheckpointedBytes < settings.walBytes { continue }
            }
            checkpoint()
            uncheckpointedBytes = 0
        }
    }

    /// What pages that a group fills only in part add to the WAL, about.
    private static let groupBytes = 24 << 10

    private struct State {
        /// Of what is committed.
        var frontier: MerkleFrontier
        /// Nil at first, and after a transaction that was rolled back.
        var appender: LogAppender?
    }

    /// One transaction for the group. Until `commit` returns the entries may or may not survive the process, and nobody was told
    /// that they do. After it they survive a loss of power: SQLite has synced the WAL. A failure is everybody's in the group:
    /// nobody's message leaves, and the next group tries anew, with the same numbers.
    private func commit(_ group: [CommitQueue.Waiting], _ state: inout State) -> [CommitQueue.Outcome] {
        do {
            let outcomes = try pool.writeWithoutTransaction { database in
                var appender = try state.appender ?? LogAppender(database, frontier: state.frontier)
                var outcomes: [CommitQueue.Outcome] = []
                outcomes.reserveCapacity(group.count)
                try database.inTransaction(.immediate) {
                    for waiting in group { outcomes.append(try Self.perform(waiting.write, &appender, database)) }
                    return .commit
                }
                state.appender = appender
                return outcomes
            }
            state.frontier = state.appender?.frontier ?? state.frontier
            return outcomes
        } catch {
            state.appender = nil
            let failure = MessageLogFailure("commit", error)
            return group.map { _ in .failure(failure) }
        }
    }

    private static func perform(
        _ write: LogWrite, _ appender: inout LogAppender, _ database: Database
    ) throws -> CommitQueue.Outcome {
        switch write {
        case .record(let record): return .success(try appender.append(record))
        case .event(let event): return .success(try appender.append(event))
        case .change(let change):
            let before = appender.frontier
            do {
                var number: Int64 = 0
                try database.inSavepoint {
                    number = try change(database, appender)
                    return .commit
                }
                return .success(number)
            } catch let refusal as MessageLogFailure {
                appender = try LogAppender(database, frontier: before)
                return .failure(refusal)
            }
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
