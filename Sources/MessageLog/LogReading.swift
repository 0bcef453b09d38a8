import SignedDocuments
import XRoadModel

/// Looks into the log; what `ura log list` and `ura log export` need.
package protocol LogReading: Sendable {
    /// The newest first, at most `limit`.
    func list(_ filter: LogFilter, limit: Int) async throws(MessageLogFailure) -> [LoggedEntry]

    /// The record with its attachments opened: they are `.inline`, or `.digest` where no more was kept. Fails where the record is
    /// erased, where it or one of its content files is not there or not what was logged, and where there are no keys to open it.
    func record(named name: String) async throws(MessageLogFailure) -> LoggedRecord
}

/// What a listed record must be; nil matches everything.
package struct LogFilter: Hashable, Sendable {
    package var from: Instant?
    /// Exclusive.
    package var to: Instant?
    package var side: ExchangeSide?
    package var direction: MessageDirection?
    package var requestIdentifier: String?
    package var messageIdentifier: String?
    package var client: ClientIdentifier?
    package var service: ServiceIdentifier?
    /// On either side.
    package var member: MemberIdentifier?
    package var decision: String?
    /// Records committed before this one: the next page of a list.
    package var before: RecordIdentifier?

    package init() {}
}

/// A line of a list.
package struct LoggedEntry: Hashable, Sendable {
    package let identifier: RecordIdentifier
    package let entry: LogEntry
    /// Of message part and attachments.
    package let byteCount: Int
    package let owner: MemberIdentifier
    /// What allowed the exchange.
    package let decision: String
    /// Number of the event that erased the content; nil while it is there.
    package let erasedBy: Int64?

    package init(
        identifier: RecordIdentifier, entry: LogEntry, byteCount: Int, owner: MemberIdentifier, decision: String, erasedBy: Int64?
    ) {
        self.identifier = identifier
        self.entry = entry
        self.byteCount = byteCount
        self.owner = owner
        self.decision = decision
        self.erasedBy = erasedBy
    }
}

/// A record as read back.
package struct LoggedRecord: Sendable {
    package let identifier: RecordIdentifier
    /// Its `messagePart` is empty where only the digest was kept.
    package let record: LogRecord
    /// SHA-512 of the message part where the policy kept no more; nil where the part is there.
    package let messagePartDigest: [UInt8]?
    /// Nil until a time-stamp covers the record.
    package let timestamp: SignedContainer.Timestamp?

    package init(
        identifier: RecordIdentifier, record: LogRecord, messagePartDigest: [UInt8]? = nil,
        timestamp: SignedContainer.Timestamp? = nil
    ) {
        self.identifier = identifier
        self.record = record
        self.messagePartDigest = messagePartDigest
        self.timestamp = timestamp
    }
}
