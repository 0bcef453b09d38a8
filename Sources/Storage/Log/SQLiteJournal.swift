import Dispatch
import GRDB
import MessageLog
import PKI
import XRoadModel

/// The message log in one private folder: an SQLite file, the content files of large bodies, and the keys of both in a folder of
/// their own. One process writes; others may read with `SQLiteLogReader`.
package final class SQLiteJournal: Journal, EventJournal {
    static let file = "messagelog.sqlite"

    /// Bodies on their way to this journal are spooled here; it is in the same file system.
    package var contentFolder: String { content.path }
    package let reader: SQLiteLogReader
    /// How much room the disk has left, as last measured.
    package var space: DiskSpace { gauge.space }

    private let content: ContentFolder
    private let settings: JournalSettings
    private let keys: KeyStore
    private let supply: KeySupply
    private let queue: CommitQueue
    private let writer: LogWriter
    private let gauge: DiskSpaceGauge
    let erasure: LogErasure
    private let upkeep: Task<Void, Never>
    /// Content files are synced here, beside the writer: they would hold up everybody's commit.
    private let contentQueue = DispatchQueue(label: "content files")

    /// Creates the folder's content where it is missing, and brings an older version's to this one's. Whatever a died process left
    /// behind is cleared: spooled bodies, content files without a row, keys without a record, erasures that were not finished.
    package convenience init(
        folder: String, passphrase: SecretBytes, settings: JournalSettings = JournalSettings()
    ) throws(StorageFailure) {
        try self.init(folder: folder, passphrase: passphrase, settings: settings, laterSteps: [])
    }

    /// `laterSteps` come after the schema's own.
    init(
        folder path: String, passphrase: SecretBytes, settings: JournalSettings, laterSteps: [StoreSchema.Step]
    ) throws(StorageFailure) {
        let folder = try PrivateFolder(path: path)
        let lock = try FolderLock(folder)
        let opened = try LogFolder(folder, passphrase: passphrase, settings: settings, laterSteps: laterSteps)
        content = opened.content
        keys = opened.keys
        reader = opened.reader
        self.settings = settings
        let gauge = DiskSpaceGauge(path: path, warnBytes: settings.warnBytes, refuseBytes: settings.refuseBytes)
        let supply = KeySupply(store: keys)
        let queue = CommitQueue(settings: settings)
        supply.note(entries: opened.frontier.size)
        self.gauge = gauge
        self.supply = supply
        self.queue = queue
        writer = LogWriter(
            pool: opened.database.pool, lock: lock, queue: queue, settings: settings, frontier: opened.frontier,
            afterGroup: { entries in
                supply.note(entries: entries)
                gauge.measure()
            },
            beforeClosing: {
                opened.readAccess.close()
                // Keys that are not closed are removed when the store is next opened.
                try? supply.close()
            })
        erasure = LogErasure(reader: reader, keys: keys, content: content, queue: queue)
        upkeep = LogUpkeep(queue: queue, gauge: gauge, reader: reader, keys: keys, erasure: erasure).start(settings)
        do throws(MessageLogFailure) {
            try erasure.resume()
        } catch {
            throw .cannotOpen(path: path, detail: "\(error)")
        }
    }

    deinit {
        upkeep.cancel()
        queue.close()
    }

    /// Takes no more records, writes those that wait and lets go of the folder. Happens by itself when the value goes, later.
    package func close() async {
        upkeep.cancel()
        queue.close()
        await withCheckedContinuation { task in
            contentQueue.async { [writer] in
                writer.waitForEnd()
                task.resume()
            }
        }
    }

    // MARK: Entries

    package func commit(_ record: LogRecord) async throws(MessageLogFailure) -> RecordIdentifier {
        try checkSizes(record)
        guard gauge.space.level != .refusing else {
            throw .storageFull(detail: "\(gauge.space.availableBytes) bytes are left, \(settings.refuseBytes) are kept free")
        }
        let sealed = try SealedRecord(sealing: record, key: try await supply.take(for: record.owner))
        try await adoptContent(of: record, as: sealed)
        do throws(MessageLogFailure) {
            return reader.identifier(try await queue.submit(.record(sealed)).get())
        } catch {
            // After any other failure the row may yet be there when the log is next opened, which then decides.
            switch error {
            case .journalOverloaded, .journalClosed, .storageFull: removeContent(of: sealed)
            default: break
            }
            throw error
        }
    }

    package func record(_ event: LogEvent) async throws(MessageLogFailure) -> RecordIdentifier {
        reader.identifier(try await queue.submit(.event(event)).get())
    }

    /// Has the writer change something else in a transaction.
    func change(
        _ work: @escaping @Sendable (Database, LogAppender) throws -> Int64
    ) async throws(MessageLogFailure) -> Int64 { try await queue.submit(.change(work)).get() }

    private func checkSizes(_ record: LogRecord) throws(MessageLogFailure) {
        guard record.evidenceByteCount <= settings.partBytes else {
            throw .partTooLarge(part: "message", bytes: record.evidenceByteCount, limit: settings.partBytes)
        }
        for case .inline(let bytes) in record.attachments where bytes.count > JournaledBody.inlineLimit {
            throw .partTooLarge(part: "body", bytes: bytes.count, limit: JournaledBody.inlineLimit)
        }
        let limit = Int(LogAppender.partsOfRecord) - RecordSeal.attachmentCounter(0)
        guard record.attachments.count <= limit else {
            throw .tooManyParts(count: record.attachments.count, limit: limit)
        }
    }

    /// If the process dies after this, the content files are orphans and go when the log is next opened.
    private func adoptContent(of record: LogRecord, as sealed: SealedRecord) async throws(MessageLogFailure) {
        for (name, file) in sealed.contentFiles(of: record) {
            do throws(MessageLogFailure) {
                try await onQueue(contentQueue) { [content] () throws(MessageLogFailure) in
                    try content.adopt(file, as: name)
                }
            } catch {
                removeContent(of: sealed)
                throw error
            }
        }
    }

    private func removeContent(of sealed: SealedRecord) { removeContent(files: sealed.parts.compactMap(\.file)) }

    func removeContent(files: [String]) {
        for name in files { content.remove(name) }
    }

    func onQueue<Value: Sendable>(
        _ queue: DispatchQueue, _ work: @escaping @Sendable () throws(MessageLogFailure) -> Value
    ) async throws(MessageLogFailure) -> Value {
        let outcome: Result<Value, MessageLogFailure> = await withCheckedContinuation { task in
            queue.async { task.resume(returning: Result(catching: work)) }
        }
        return try outcome.get()
    }

    // MARK: Keys and erasure

    /// Gives a member a new key, wraps the keys of its records anew and destroys the old one. `event` is in the log before. If the
    /// process dies before this returns, the next opening goes on with it; records are sealed and opened all the while.
    package func rotateKey(
        of member: MemberIdentifier, event: LogEvent
    ) async throws(MessageLogFailure) -> RecordIdentifier {
        let identifier = try await record(event)
        try await onQueue(keys.rotations) { [keys] () throws(MessageLogFailure) in try keys.beginRotation(of: member) }
        try await onQueue(keys.rotations) { [keys] () throws(MessageLogFailure) in try keys.finishRotations() }
        return identifier
    }
}
