import Foundation
import GRDB
import MessageLog
import XRoadModel

/// A record as it goes into the database: its large bodies are already content files.
struct LogRow: Sendable {
    enum Attachment: Sendable {
        case inline([UInt8])
        case file(name: String, key: ContentKey, byteCount: Int)

        var byteCount: Int {
            switch self {
            case .inline(let bytes): bytes.count
            case .file(_, _, let byteCount): byteCount
            }
        }
    }

    let name: String
    let record: LogRecord
    let attachments: [Attachment]

    /// Of message part and bodies.
    var byteCount: Int { attachments.reduce(record.messagePart.count) { $0 + $1.byteCount } }

    /// What the row puts into memory and database.
    var storedByteCount: Int {
        attachments.reduce(record.evidenceByteCount) {
            if case .inline(let bytes) = $1 { $0 + bytes.count } else { $0 }
        }
    }

    /// The record's number.
    func insert(_ database: Database) throws -> Int64 {
        let entry = record.entry
        try database.cachedStatement(
            sql: """
                INSERT INTO record (name, time, side, direction, kind, request_identifier, message_identifier, client, provider,
                    service_code, service_version, byte_count, configuration_hash, message_part, signature, hash_chain_result, hash_chain)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            name, entry.time.millisecondsSince1970, entry.side.rawValue, entry.direction.rawValue, entry.kind.rawValue,
            entry.requestIdentifier, entry.messageIdentifier, CodePath.encode(entry.client),
            CodePath.encode(entry.service.provider),
            entry.service.serviceCode, entry.service.serviceVersion, byteCount, Data(record.configurationHash),
            Data(record.messagePart), Data(record.signature.signature), record.signature.hashChain.map { Data($0.result) },
            record.signature.hashChain.map { Data($0.chain) },
        ])
        let number = database.lastInsertedRowID
        for (index, attachment) in attachments.enumerated() { try insert(attachment, position: index + 1, of: number, database) }
        return number
    }

    private func insert(_ attachment: Attachment, position: Int, of number: Int64, _ database: Database) throws {
        let values: StatementArguments =
            switch attachment {
            case .inline(let bytes): [number, position, bytes.count, Data(bytes), nil, nil]
            case .file(let name, let key, let byteCount): [number, position, byteCount, nil, name, Data(key.bytes)]
            }
        try database.cachedStatement(
            sql: "INSERT INTO attachment (record, position, byte_count, bytes, file, file_key) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: values)
    }
}

/// An identifier's codes in one column.
enum CodePath {
    static func encode(_ client: ClientIdentifier) -> String {
        client.codes.map { $0.replacing("%", with: "%25").replacing("/", with: "%2F") }.joined(separator: "/")
    }

    static func decode(_ path: String) -> ClientIdentifier? {
        ClientIdentifier(
            codes: path.split(separator: "/", omittingEmptySubsequences: false).map {
                String($0).replacing("%2F", with: "/").replacing("%25", with: "%")
            })
    }
}

extension LogEntry {
    /// Nil where a column holds what was never written.
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
