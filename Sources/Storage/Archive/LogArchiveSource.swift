import GRDB
import Glibc
import MessageLog
import PKI
import SignedDocuments
import Synchronization
import XRoadModel

/// What archives are made of, out of a log that may be written meanwhile.
package struct LogArchiveSource: ArchiveSource {
    /// About what signature, OCSP responses, certificates and time-stamp of a message take.
    private static let evidenceBytes = 12 << 10

    private let reader: SQLiteLogReader
    private let timestamps = BatchTimestampCache()

    package init(_ reader: SQLiteLogReader) { self.reader = reader }

    package func archivable(after number: Int64, limit: Int) async throws(MessageLogFailure) -> [ArchivableNumber] {
        try await reader.reading("list archivable") { database in
            let arguments: StatementArguments = [number, try LogTimestamps.last(database), max(0, limit)]
            let range = "WHERE number > ? AND number <= ? ORDER BY number LIMIT ?"
            let messages = try Row.fetchCursor(
                database, sql: "SELECT number, side, client, provider FROM record \(range)", arguments: arguments)
            var entries = try Int64.fetchAll(database, sql: "SELECT number FROM event \(range)", arguments: arguments)
                .map { ArchivableNumber(number: $0, client: nil) }
            // Few clients have many messages.
            var clients: [String: ClientIdentifier] = [:]
            while let row = try messages.next() {
                let isConsumer = row["side"] == ExchangeSide.consumer.rawValue
                let path: String = isConsumer ? row["client"] : row["provider"]
                let client = clients[path] ?? CodePath.decode(path)
                clients[path] = client
                entries.append(ArchivableNumber(number: row["number"], client: client))
            }
            return Array(entries.sorted { $0.number < $1.number }.prefix(max(0, limit)))
        }
    }

    package func waiting(after number: Int64) async throws(MessageLogFailure) -> (bytes: Int, last: Int64) {
        try await reader.reading("count archivable") { database in
            let last = try LogTimestamps.last(database)
            let sql =
                "SELECT coalesce(sum(byte_count), 0) AS bytes, count(*) AS messages FROM record WHERE number > ? AND number <= ?"
            let row = try Row.fetchOne(database, sql: sql, arguments: [number, last])
            return ((row?["bytes"] ?? 0) + (row?["messages"] ?? 0) * Self.evidenceBytes, max(number, last))
        }
    }

    package func entry(_ number: Int64) async throws(MessageLogFailure) -> ArchivableEntry {
        let identifier = reader.identifier(number)
        guard let entry = try await reader.storedEntries(number...number).first else {
            throw .unknownRecord(name: identifier.name)
        }
        switch entry {
        case .event(let event):
            guard let leaf = entry.leaf else { throw .recordDamaged(name: identifier.name, reason: "it has no leaf") }
            return ArchivableEntry(identifier: identifier, time: event.time, content: .event(leaf: leaf))
        case .message(let message):
            guard let leaf = entry.leaf, let digest = message.signatureDigest else {
                return ArchivableEntry(
                    identifier: identifier, time: message.entry.time, content: .erased(leafHash: message.leafHash))
            }
            guard let timestamp = try await timestamp(of: number, digest) else {
                throw .recordDamaged(name: identifier.name, reason: "its time-stamp does not cover it")
            }
            return ArchivableEntry(
                identifier: identifier, time: message.entry.time,
                content: .message(archivable(message, timestamp), leaf: leaf))
        }
    }

    private func archivable(_ message: StoredMessage, _ timestamp: SignedContainer.Timestamp) -> ArchivableMessage {
        func bytes(_ counter: Int) -> [UInt8]? { message.parts.first { $0.counter == counter }?.bytes }
        var attachments: [Int: ArchivableAttachment] = [:]
        var missing: [String] = []
        for part in message.attachments {
            let number = part.counter - RecordSeal.attachmentCounter(0) + 1
            // Erased, otherwise.
            guard let bytes = part.bytes else { continue }
            if let name = part.file {
                if let file = ContentFile(reader.content, name) {
                    attachments[number] = .file(file, key: bytes)
                } else {
                    missing.append("attachment \(number)")
                }
            } else {
                attachments[number] = .inline(bytes)
            }
        }
        return ArchivableMessage(
            keyNumber: message.key, signature: message.sharedSignature, evidence: bytes(RecordSeal.evidenceCounter),
            timestamp: timestamp, content: bytes(RecordSeal.messageCounter), attachments: attachments, missing: missing)
    }

    private func timestamp(
        of number: Int64, _ digest: [UInt8]
    ) async throws(MessageLogFailure) -> SignedContainer.Timestamp? {
        if let cached = timestamps.batch(covering: number) { return cached.timestamp(for: digest) }
        let found = try await reader.reading("read time-stamp") { try LogTimestamps.batch(covering: number, $0) }
        guard let found else { return nil }
        timestamps.keep(found)
        return found.timestamp(for: digest)
    }
}

/// The last batch that was asked for.
private final class BatchTimestampCache: Sendable {
    private let last = Mutex<StampedBatch?>(nil)

    func batch(covering number: Int64) -> StampedBatch? {
        last.withLock { batch in batch.flatMap { $0.numbers.contains(number) ? $0 : nil } }
    }

    func keep(_ batch: StampedBatch) { last.withLock { $0 = batch } }
}

/// A content file as it is, open as long as the value lives: an erasure meanwhile does not cut it off.
private final class ContentFile: SealedContent {
    let name: String
    let byteCount: UInt64
    private let descriptor: Int32
    private let queue = BlockingQueue("content file")

    /// Nil where there is no such file.
    init?(_ folder: ContentFolder, _ name: String) {
        self.name = name
        descriptor = open("\(folder.path)/\(name)", O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
        byteCount = UInt64(status.st_size)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func read(at offset: UInt64, count: Int) async throws(MessageLogFailure) -> [UInt8] {
        try await queue.run { [self] () throws(MessageLogFailure) in
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, found in
                let outcome = pread(descriptor, buffer.baseAddress, count, off_t(clamping: offset))
                failure = outcome < 0 ? errno : 0
                found = max(0, outcome)
            }
            guard failure == 0 else { throw .storageFailed(step: "read \(name)", detail: String(cString: strerror(failure))) }
            return bytes
        }
    }
}
