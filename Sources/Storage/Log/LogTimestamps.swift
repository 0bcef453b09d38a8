import GRDB
import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// Time-stamps and what they cover.
enum LogTimestamps {
    static let digestLength = DigestAlgorithm.sha512.length

    static func save(_ timestamp: BatchTimestamp, _ database: Database) throws {
        let first = try unstamped(limit: 1, database).first?.number
        guard timestamp.first == first, timestamp.last >= timestamp.first else {
            throw MessageLogFailure.timestampRefused(
                reason: "it begins with \(timestamp.first), the first message without one is \(first.map { "\($0)" } ?? "none")")
        }
        guard timestamp.digests.allSatisfy({ $0.count == digestLength }) else {
            throw MessageLogFailure.timestampRefused(reason: "a digest that is no SHA-512")
        }
        let digests = Set(timestamp.digests)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT number, signature_digest FROM record
                WHERE number BETWEEN ? AND ? AND signature_digest IS NOT NULL ORDER BY number
                """, arguments: [timestamp.first, timestamp.last])
        var lastFound: Int64 = 0
        while let row = try rows.next() {
            lastFound = row["number"]
            guard digests.contains(row.bytes("signature_digest")) else {
                throw MessageLogFailure.timestampRefused(reason: "it does not cover the signature of message \(lastFound)")
            }
        }
        guard lastFound == timestamp.last else {
            throw MessageLogFailure.timestampRefused(reason: "it ends with \(timestamp.last), which is no message")
        }
        try PreparedStatement(database, "INSERT INTO timestamp VALUES (?, ?, ?, ?, ?, ?, ?)").run(
            .integer(timestamp.first), .integer(timestamp.last), .integer(timestamp.time.millisecondsSince1970),
            .text(timestamp.authority), .blob(timestamp.token), .blob(timestamp.result), .blob(timestamp.digests.flatMap { $0 }))
    }

    /// Everything up to this number is covered.
    static func last(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT last FROM timestamp ORDER BY first DESC LIMIT 1") ?? 0
    }

    /// A message whose signature erasure has destroyed needs no time-stamp.
    static func unstamped(limit: Int, _ database: Database) throws -> [UnstampedRecord] {
        let sql = """
            SELECT number, time, signature_digest FROM record
            WHERE number > ? AND signature_digest IS NOT NULL ORDER BY number LIMIT ?
            """
        return try Row.fetchAll(database, sql: sql, arguments: [try last(database), max(0, limit)]).map { row in
            UnstampedRecord(
                number: row["number"], time: Instant(millisecondsSince1970: row["time"]),
                signatureDigest: row.bytes("signature_digest"))
        }
    }

    /// The time-stamp that covers a message, with the message's own hash chain; nil while there is none.
    static func covering(_ message: StoredMessage, _ database: Database) throws -> SignedContainer.Timestamp? {
        guard let digest = message.signatureDigest, let batch = try batch(covering: message.number, database) else { return nil }
        guard let timestamp = batch.timestamp(for: digest) else {
            throw MessageLogFailure.recordDamaged(name: "\(message.number)", reason: "its time-stamp does not cover it")
        }
        return timestamp
    }

    /// The time-stamp of a number's batch; nil while there is none.
    static func batch(covering number: Int64, _ database: Database) throws -> StampedBatch? {
        let sql = "SELECT * FROM timestamp WHERE first <= ? ORDER BY first DESC LIMIT 1"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [number]), row["last"] >= number else { return nil }
        let bytes = row.bytes("digests")
        return StampedBatch(
            numbers: row["first"]...row["last"], token: row.bytes("token"), result: row.bytes("result"),
            digests: stride(from: 0, to: bytes.count, by: digestLength).map { Array(bytes[$0..<($0 + digestLength)]) })
    }
}

extension SQLiteJournal: TimestampStore {
    package func unstamped(limit: Int) async throws(MessageLogFailure) -> [UnstampedRecord] {
        try await reader.reading("list unstamped") { try LogTimestamps.unstamped(limit: limit, $0) }
    }

    package func oldestUnstamped() async throws(MessageLogFailure) -> Instant? {
        try await reader.reading("list unstamped") { try LogTimestamps.unstamped(limit: 1, $0).first?.time }
    }

    /// If the process dies before this returns, the range may or may not be covered: `unstamped` then says.
    package func save(_ timestamp: BatchTimestamp) async throws(MessageLogFailure) {
        _ = try await change { database, _ in
            try LogTimestamps.save(timestamp, database)
            return 0
        }
    }
}
