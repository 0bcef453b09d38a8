import Foundation
import GRDB
import MessageLog
import PKI
import XRoadModel

/// Bounds of a journal; all finite.
package struct JournalSettings: Sendable {
    /// Records that may wait for the writer, and their bytes.
    package var maximumWaiting = 4096
    package var maximumWaitingBytes = 256 << 20
    /// A record that the writer has not taken by then is refused.
    package var waitMilliseconds = 10_000
    /// Records and bytes of one commit.
    package var groupRecords = 512
    package var groupBytes = 32 << 20
    /// Of a message part with its signature and hash chain, and of each body that is not a content file.
    package var partBytes = 4 << 20
    /// Nothing to write for so long: time to checkpoint.
    package var idleMilliseconds = 200
    /// Written since the last checkpoint: time to checkpoint also when busy.
    package var walBytes = 32 << 20

    package init() {}
}

/// The message log in one private folder: an SQLite file and the content files of large bodies. One process writes; others may
/// read with `SQLiteLogReader`.
package final class SQLiteJournal: Journal {
    /// Bodies on their way to this journal are spooled here; it is in the same file system.
    package var contentFolder: String { content.path }
    package let reader: SQLiteLogReader

    private let content: ContentFolder
    private let settings: JournalSettings
    private let queue: CommitQueue
    private let writer: LogWriter
    private let expiry: Task<Void, Never>
    /// Content files are synced here, beside the writer: they would hold up everybody's commit.
    private let contentQueue = DispatchQueue(label: "content files")

    /// Creates the folder's content where it is missing. Whatever a died process left behind is cleared: spooled bodies and
    /// content files without a row.
    package convenience init(folder: String, settings: JournalSettings = JournalSettings()) throws(StorageFailure) {
        try self.init(folder: folder, settings: settings, schema: .current)
    }

    init(folder path: String, settings: JournalSettings, schema: LogSchema) throws(StorageFailure) {
        let folder = try PrivateFolder(path: path)
        let lock = try FolderLock(folder)
        let database = try LogDatabase(in: folder, schema: schema)
        content = ContentFolder(path: try PrivateFolder(path: folder.file("content")).path)
        reader = SQLiteLogReader(database: database.pool, content: content)
        try Self.removeOrphans(content, database.pool)
        self.settings = settings
        queue = CommitQueue(settings: settings)
        writer = LogWriter(pool: database.pool, lock: lock, queue: queue, settings: settings)
        expiry = Self.refusingExpired(queue, every: max(10, settings.waitMilliseconds / 4))
    }

    deinit {
        expiry.cancel()
        queue.close()
    }

    /// Takes no more records, writes those that wait and lets go of the folder. Happens by itself when the value goes, later.
    package func close() async {
        expiry.cancel()
        queue.close()
        await withCheckedContinuation { task in
            contentQueue.async { [writer] in
                writer.waitForEnd()
                task.resume()
            }
        }
    }

    package func commit(_ record: LogRecord) async throws(MessageLogFailure) -> RecordIdentifier {
        let name = Self.recordName(at: record.entry.time)
        try checkSizes(record)
        let row = try await adoptContent(of: record, as: name)
        do throws(MessageLogFailure) {
            return try await queue.submit(row).get()
        } catch {
            // After any other failure the row may yet be there when the log is next opened, which then decides.
            switch error {
            case .journalOverloaded, .journalClosed, .storageFull: removeContent(of: row)
            default: break
            }
            throw error
        }
    }

    private func checkSizes(_ record: LogRecord) throws(MessageLogFailure) {
        guard record.evidenceByteCount <= settings.partBytes else {
            throw .partTooLarge(part: "message", bytes: record.evidenceByteCount, limit: settings.partBytes)
        }
        for case .inline(let bytes) in record.attachments where bytes.count > JournaledBody.inlineLimit {
            throw .partTooLarge(part: "body", bytes: bytes.count, limit: JournaledBody.inlineLimit)
        }
    }

    /// If the process dies after this, the content files are orphans and go when the log is next opened.
    private func adoptContent(of record: LogRecord, as name: String) async throws(MessageLogFailure) -> LogRow {
        var attachments: [LogRow.Attachment] = []
        for (index, attachment) in record.attachments.enumerated() {
            switch attachment {
            case .inline(let bytes): attachments.append(.inline(bytes))
            case .contentFile(let file):
                let fileName = "\(name)-\(index + 1)"
                do throws(MessageLogFailure) {
                    try await onContentQueue { [content] () throws(MessageLogFailure) in try content.adopt(file, as: fileName) }
                } catch {
                    removeContent(of: LogRow(name: name, record: record, attachments: attachments))
                    throw error
                }
                attachments.append(.file(name: fileName, key: file.key, byteCount: file.byteCount))
            }
        }
        return LogRow(name: name, record: record, attachments: attachments)
    }

    private func removeContent(of row: LogRow) {
        for case .file(let name, _, _) in row.attachments { content.remove(name) }
    }

    private func onContentQueue(
        _ work: @escaping @Sendable () throws(MessageLogFailure) -> Void
    ) async throws(MessageLogFailure) {
        let outcome: Result<Void, MessageLogFailure> = await withCheckedContinuation { task in
            contentQueue.async { task.resume(returning: Result(catching: work)) }
        }
        try outcome.get()
    }

    /// UUID version 7 (RFC 9562 5.7): names sort by time.
    private static func recordName(at time: Instant) -> String {
        var bytes = Randomness.bytes(16)
        let milliseconds = UInt64(clamping: time.millisecondsSince1970)
        for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64(index))) }
        bytes[6] = bytes[6] & 0x0f | 0x70
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array(Hexadecimal.encode(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private static func removeOrphans(_ content: ContentFolder, _ pool: DatabasePool) throws(StorageFailure) {
        do {
            try pool.read { database in
                let statement = try database.makeStatement(sql: "SELECT 1 FROM attachment WHERE file = ?")
                try content.removeOrphans { name in try Int.fetchOne(statement, arguments: [name]) != nil }
            }
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            throw .cannotOpen(path: content.path, detail: "\(error)")
        }
    }

    private static func refusingExpired(_ queue: CommitQueue, every milliseconds: Int) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(milliseconds))
                queue.refuseExpired()
            }
        }
    }
}
