/// What a record is called.
package struct RecordIdentifier: Hashable, Sendable {
    /// Order of commit in one log, from 1, never used twice.
    package let number: Int64
    /// A UUID (RFC 9562 version 7) in lower case: unique over all logs, for users.
    package let name: String

    package init(number: Int64, name: String) {
        self.number = number
        self.name = name
    }
}
