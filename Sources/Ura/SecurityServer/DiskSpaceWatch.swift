import Logging
import ServiceLifecycle
import Storage

/// Says in the log when the message log's disk becomes full, again every ten minutes while it is, and when there is room again.
struct DiskSpaceWatch: Service {
    let journal: SQLiteJournal
    let log: Logger

    private static let seconds = 5
    private static let reminderSeconds = 600

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var told = DiskSpace.Level.ample
            var untold = 0
            while !Task.isCancelled {
                let space = journal.space
                untold += Self.seconds
                if space.level != told || (told != .ample && untold >= Self.reminderSeconds) {
                    tell(space)
                    told = space.level
                    untold = 0
                }
                do { try await Task.sleep(for: .seconds(Self.seconds)) } catch { return }
            }
        }
    }

    private func tell(_ space: DiskSpace) {
        let metadata: Logger.Metadata = ["available-bytes": "\(space.availableBytes)"]
        switch space.level {
        case .ample: log.notice("the message log's disk has room again", metadata: metadata)
        case .scarce: log.warning("the message log's disk is nearly full", metadata: metadata)
        case .refusing: log.critical("the message log's disk is full: no messages are taken", metadata: metadata)
        }
    }
}
