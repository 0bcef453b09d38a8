import XRoadModel

/// Looks into the log; what `ura log list` and `ura log export` need.
package protocol LogReading: Sendable {
    /// The newest first, at most `limit`.
    func list(_ filter: LogFilter, limit: Int) async throws(MessageLogFailure) -> [LoggedEntry]

    /// The record with its attachments opened: all are `.inline`. Fails where the record or one of its content files is not there
    /// or not what was logged.
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

    package init(identifier: RecordIdentifier, entry: LogEntry, byteCount: Int) {
        self.identifier = identifier
        self.entry = entry
        self.byteCount = byteCount
    }
}

/// A record as read back.
package struct LoggedRecord: Sendable {
    package let identifier: RecordIdentifier
    package let record: LogRecord

    package init(identifier: RecordIdentifier, record: LogRecord) {
        self.identifier = identifier
        self.record = record
    }
}
