import XRoadModel

/// Where records are made durable. A message leaves only with a `JournalReceipt`.
package protocol Journal: Sendable {
    /// Returns only after the record and its content files would survive a loss of power. A failure means that the message must not
    /// leave. Not cancellable: once the record is taken its outcome is told truthfully.
    func commit(_ record: LogRecord) async throws(MessageLogFailure) -> RecordIdentifier
}

extension Journal {
    /// The one way to a receipt.
    package func append(_ record: LogRecord) async throws(MessageLogFailure) -> JournalReceipt {
        JournalReceipt(identifier: try await commit(record), entry: record.entry)
    }
}

/// Proof that a message is in the log; only `Journal.append` makes one.
package struct JournalReceipt: Hashable, Sendable {
    package let identifier: RecordIdentifier
    package let entry: LogEntry

    fileprivate init(identifier: RecordIdentifier, entry: LogEntry) {
        self.identifier = identifier
        self.entry = entry
    }
}
