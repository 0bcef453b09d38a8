import XRoadModel

/// Something that happened to the log itself: an erasure, a hold, an export, a key rotation. An entry like a message, in the same
/// sequence and the same tree.
package struct LogEvent: Hashable, Sendable {
    package let kind: String
    /// What happened, in names and values that are not personal. The leaf holds it as JSON, with `kind` as `event`.
    package let statement: [String: String]
    package let time: Instant

    package init(kind: String, statement: [String: String], time: Instant) {
        self.kind = kind
        self.statement = statement
        self.time = time
    }
}

/// Where events are made durable.
package protocol EventJournal: Sendable {
    /// Returns only after the event would survive a loss of power.
    func record(_ event: LogEvent) async throws(MessageLogFailure) -> RecordIdentifier
}
