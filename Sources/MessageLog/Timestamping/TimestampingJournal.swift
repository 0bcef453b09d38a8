/// A journal whose messages are time-stamped. While time-stamping has failed for too long it takes no more; in immediate mode a
/// message is committed only with its time-stamp.
package struct TimestampingJournal: Journal {
    private let journal: any Journal
    private let timestamping: TimestampingService

    package init(_ journal: any Journal, timestamping: TimestampingService) {
        self.journal = journal
        self.timestamping = timestamping
    }

    package func commit(_ record: LogRecord) async throws(MessageLogFailure) -> RecordIdentifier {
        let time = record.entry.time
        try timestamping.admit(at: time)
        let identifier = try await journal.commit(record)
        try await timestamping.committed(identifier.number, at: time)
        return identifier
    }
}
