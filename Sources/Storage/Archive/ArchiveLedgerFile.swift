import Foundation
import MessageLog

/// The archiver's state as a JSON file, replaced as a whole.
package struct ArchiveLedgerFile: ArchiveLedger {
    static let file = "archive.json"

    private let url: URL
    private let queue = BlockingQueue("archive ledger")

    /// - Parameter folder: of the message log.
    package init(folder: String) { url = URL(fileURLWithPath: folder).appendingPathComponent(Self.file) }

    package func load() async throws(MessageLogFailure) -> ArchiveState {
        try await queue.run { [self] () throws(MessageLogFailure) in try read() }
    }

    /// Blocks the thread.
    package func read() throws(MessageLogFailure) -> ArchiveState {
        do {
            guard FileManager.default.fileExists(atPath: url.path) else { return ArchiveState() }
            return try JSONDecoder().decode(ArchiveState.self, from: try Data(contentsOf: url))
        } catch { throw .archivingFailed(step: "read \(url.path)", detail: "\(error)") }
    }

    /// Before the rename the former state is in force, after it this one.
    package func save(_ state: ArchiveState) async throws(MessageLogFailure) {
        try await queue.run { [url] () throws(MessageLogFailure) in
            do {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
                let next = URL(fileURLWithPath: url.path + ".new")
                try encoder.encode(state).write(to: next)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: next.path)
                try DurableFiles.synchronize(next)
                try DurableFiles.rename(next, to: url)
            } catch { throw .archivingFailed(step: "write \(url.path)", detail: "\(error)") }
        }
    }
}
