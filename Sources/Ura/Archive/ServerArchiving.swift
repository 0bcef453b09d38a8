import Logging
import MessageLog
import ServiceLifecycle
import Storage
import XRoadModel

/// A security server's archiver, put together out of its settings.
struct ServerArchiving {
    let settings: SecurityServerSettings.Archive
    let folder: StateFolder
    let reader: SQLiteLogReader

    /// - Parameters:
    ///   - release: nil where another process is the log's one writer: then no content leaves the log.
    ///   - report: told while a run goes on.
    func archiver(release: (any ContentRelease)?, report: @escaping @Sendable (ArchiveProgress) -> Void) throws -> Archiver {
        let encryption = try settings.encryption.map { encryption in
            try ArchiveEncryption(program: encryption.program, keys: encryption.keys, home: folder.path + "/archive-gpg")
        }
        let store = try ArchiveFolder(
            path: settings.folder, encryption: encryption, configurations: try ConfigurationFolder(path: folder.configuration))
        let transfer = settings.transfer.map { transfer in
            TransferProgram(command: transfer.command, folder: settings.folder, timeoutSeconds: transfer.timeoutSeconds)
        }
        return Archiver(
            source: LogArchiveSource(reader), store: store, ledger: ArchiveLedgerFile(folder: folder.log), transfer: transfer,
            release: release, settings: settings.archiver, report: report)
    }
}

/// Archives for as long as the server runs.
struct ArchivingRunner: Service {
    private let service: ArchivingService

    init(
        _ settings: SecurityServerSettings.Archive, _ folder: StateFolder, _ journal: SQLiteJournal,
        _ environment: SystemEnvironment, _ log: Logger
    ) throws {
        let archiving = ServerArchiving(settings: settings, folder: folder, reader: journal.reader)
        service = ArchivingService(
            try archiving.archiver(release: journal) { $0.write(to: log) }, now: { environment.now() },
            failed: { log.error("the message log could not be archived", metadata: ["reason": "\($0)"]) })
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await service.run() }
    }
}

extension ArchiveProgress {
    func write(to log: Logger) {
        switch self {
        case .archived(let file, let records, let bytes, let through):
            log.info(
                "archive written",
                metadata: ["file": "\(file)", "records": "\(records)", "bytes": "\(bytes)", "through": "\(through)"])
        case .stopped(let group, let failure):
            log.critical(
                "archiving has stopped: nothing is lost, and it is tried again",
                metadata: ["group": "\(group.isEmpty ? "the server" : group)", "reason": "\(failure)"])
        case .contradiction(let record, let part):
            log.error("archived as it is, and not as it was logged", metadata: ["record": "\(record)", "part": "\(part)"])
        case .configurationMissing(let hash):
            log.error("a configuration that records refer to is not archived: it is missing", metadata: ["hash": "\(hash)"])
        case .transferred(let file): log.info("archive transferred", metadata: ["file": "\(file)"])
        case .notTransferred(let file, let failure):
            log.error("archive not transferred; it is tried again", metadata: ["file": "\(file)", "reason": "\(failure)"])
        case .released(let records): log.info("archived contents have left the log", metadata: ["records": "\(records)"])
        case .finished(let summary):
            log.info(
                "archiving finished",
                metadata: [
                    "files": "\(summary.files)", "records": "\(summary.records)", "stopped-groups": "\(summary.stoppedGroups)",
                    "waiting-transfers": "\(summary.waitingTransfers)", "through": "\(summary.through)",
                ])
        }
    }
}
