/// The vault, as far as opening records out of archives goes.
package protocol RecordKeyReading: Sendable {
    /// Nil where there is no such key: it was destroyed, and the record is erased.
    func key(_ number: Int64) throws(MessageLogFailure) -> RecordKey?
}
