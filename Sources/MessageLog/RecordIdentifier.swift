/// What an entry of a log is called.
package struct RecordIdentifier: Hashable, Sendable {
    /// Order of commit in one log, from 1, without gaps.
    package let number: Int64
    /// For users: `LOG-NUMBER`, with the log's own 8 hexadecimal digits, so that names of two logs are told apart.
    package let name: String

    package init(number: Int64, name: String) {
        self.number = number
        self.name = name
    }

    package init(log: String, number: Int64) { self.init(number: number, name: "\(log)-\(number)") }

    /// The number in a name of this log; nil for every other text.
    package static func number(in name: String, ofLog log: String) -> Int64? {
        let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].elementsEqual(log.utf8), let number = Int64(Substring(parts[1])), number > 0,
            parts[1].elementsEqual("\(number)".utf8)
        else { return nil }
        return number
    }
}
