import ArgumentParser
import Foundation
import MessageLog
import Storage
import XRoadModel

struct LogArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Shows how far the log is archived, or archives it now.",
        discussion: """
            With --now everything that can be archived is, and what waits for its transfer is transferred; the server may be running. \
            Contents leave the log in the server's own runs only. Exit status: 0 done, 1 something waits for another attempt.
            """)

    @Option(help: "Settings file of the security server.") var settings: String
    @Flag(help: "Archives now.") var now = false

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        guard let archive = settings.archive else { throw CommandFailure("\(self.settings) has no section archive") }
        let folder = StateFolder(existing: settings.stateFolder)
        let reader = try LogReader.open(settings)
        guard now else { return try await show(folder, LogArchiveSource(reader)) }
        let archiver = try ServerArchiving(settings: archive, folder: folder, reader: reader).archiver(release: nil) {
            if let line = $0.line { Self.tell(line) }
        }
        let summary = try await archiver.run(at: SystemEnvironment().now())
        print("\(summary.records) records in \(summary.files) archives, through entry \(summary.through)")
        if !summary.isComplete { throw ExitCode(1) }
    }

    private func show(_ folder: StateFolder, _ source: LogArchiveSource) async throws {
        let state = try await ArchiveLedgerFile(folder: folder.log).load()
        let (bytes, last) = try await source.waiting(after: state.archivedThrough)
        print("archived through  \(state.archivedThrough) of \(last) entries with time-stamp")
        print("waiting           about \(bytes) bytes")
        print("last run          \(state.lastRun.map { "\(Instant(millisecondsSince1970: $0))" } ?? "never")")
        print("released through  \(state.releasedThrough)")
        for (group, archived) in state.groups.sorted(by: { $0.key < $1.key }) {
            print("\(group.isEmpty ? "the server" : group): through \(archived.lastNumber), last \(archived.link.fileName)")
        }
        for name in state.untransferred { print("waits for transfer: \(name)") }
    }

    private static func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

extension ArchiveProgress {
    /// For people; nil where the summary says it.
    fileprivate var line: String? {
        switch self {
        case .archived(let file, let records, let bytes, let through):
            "\(file): \(records) records, \(bytes) bytes, through entry \(through)"
        case .stopped(let group, let failure): "Error: \(group.isEmpty ? "the server" : group): \(failure)"
        case .contradiction(let record, let part): "Error: \(record): \(part) is not what was logged; archived as it is"
        case .configurationMissing(let hash): "Error: configuration \(hash) is missing"
        case .transferred(let file): "\(file): transferred"
        case .notTransferred(let file, let failure): "Error: \(file): \(failure)"
        case .released(let records): "the contents of \(records) records have left the log"
        case .finished: nil
        }
    }
}
