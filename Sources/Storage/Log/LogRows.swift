import Foundation
import GRDB
import MessageLog
import XRoadModel

/// Rows of the log's tables as values. Nil where a column holds what was never written.
extension LogEntry {
    init?(row: Row) {
        guard let side = ExchangeSide(rawValue: row["side"]), let direction = MessageDirection(rawValue: row["direction"]),
            let kind = MessageKind(rawValue: row["kind"]), let client = CodePath.decode(row["client"]),
            let provider = CodePath.decode(row["provider"])
        else { return nil }
        self.init(
            time: Instant(millisecondsSince1970: row["time"]), side: side, direction: direction, kind: kind,
            requestIdentifier: row["request_identifier"], messageIdentifier: row["message_identifier"], client: client,
            service: ServiceIdentifier(
                provider: provider, serviceCode: row["service_code"], serviceVersion: row["service_version"]))
    }
}

extension LogPolicy {
    init?(row: Row) {
        guard let bodyLogging = BodyLogging(rawValue: row["body_logging"]),
            let signatureOnErasure = SignatureOnErasure(rawValue: row["signature_on_erasure"])
        else { return nil }
        self.init(
            bodyLogging: bodyLogging, signatureOnErasure: signatureOnErasure, retentionDays: row["retention_days"])
    }
}

extension StoredMessage {
    /// `row` is of `record`, with `document` from `signature`.
    init?(row: Row, parts: [StoredPart]) { self.init(row: row, document: row.optionalBytes("document"), parts: parts) }

    /// `row` is of `record` alone.
    init?(row: Row, document: [UInt8]?, parts: [StoredPart]) {
        guard let entry = LogEntry(row: row), let owner = CodePath.decodeMember(row["owner"]), let policy = LogPolicy(row: row),
            let leafHash = TreeHash(bytes: row.bytes("leaf_hash"))
        else { return nil }
        self.init(
            number: row["number"], entry: entry, owner: owner, policy: policy, decision: row["decision"],
            byteCount: row["byte_count"], configurationHash: row.bytes("configuration_hash"),
            commitment: row.bytes("commitment"), key: row["key"], signatureDigest: row.optionalBytes("signature_digest"),
            sharedSignature: document, parts: parts, erasedBy: row["erased_by"], leafHash: leafHash)
    }
}

extension StoredPart {
    /// `row` is of `part`.
    init(row: Row) {
        self.init(
            counter: Int((row["place"] as Int64) % LogAppender.partsOfRecord), byteCount: row["byte_count"],
            digest: row.bytes("digest"), file: row["file"], bytes: row.optionalBytes("bytes"))
    }
}

extension StoredEvent {
    init?(row: Row) {
        guard let leafHash = TreeHash(bytes: row.bytes("leaf_hash")) else { return nil }
        self.init(
            number: row["number"], time: Instant(millisecondsSince1970: row["time"]), kind: row["kind"],
            statement: row["statement"], leafHash: leafHash)
    }
}
