import GRDB
import MessageLog
import PKI

/// Every entry of a range, in order, in memory that does not grow with the range: for checks and archives.
package struct StoredEntries: AsyncSequence, Sendable {
    package typealias Element = StoredEntry
    package typealias Failure = MessageLogFailure

    let reader: SQLiteLogReader
    let numbers: ClosedRange<Int64>

    package func makeAsyncIterator() -> Iterator { Iterator(reader: reader, next: numbers.lowerBound, last: numbers.upperBound) }

    package struct Iterator: AsyncIteratorProtocol {
        private let reader: SQLiteLogReader
        private var nextNumber: Int64
        private let last: Int64
        private var page: ArraySlice<StoredEntry> = []

        /// Entries that are read at once: with bodies in content files a few MiB, at most some hundred.
        private static let pageLength: Int64 = 64

        init(reader: SQLiteLogReader, next: Int64, last: Int64) {
            self.reader = reader
            nextNumber = next
            self.last = last
        }

        package mutating func next() async throws(MessageLogFailure) -> StoredEntry? {
            if page.isEmpty && nextNumber <= last {
                let numbers = nextNumber...Swift.min(last, nextNumber + Self.pageLength - 1)
                page = try await reader.storedEntries(numbers)[...]
                nextNumber = numbers.upperBound + 1
            }
            return page.popFirst()
        }

        package mutating func next(isolation: isolated (any Actor)?) async throws(MessageLogFailure) -> StoredEntry? {
            try await next()
        }
    }
}

extension SQLiteLogReader {
    package func entries(_ numbers: ClosedRange<Int64>) -> StoredEntries { StoredEntries(reader: self, numbers: numbers) }

    /// SHA-256 of a content file as it is now; nil where it is not there.
    package func contentDigest(_ file: String) -> [UInt8]? { content.digest(file) }

    func storedEntries(_ numbers: ClosedRange<Int64>) async throws(MessageLogFailure) -> [StoredEntry] {
        do {
            return try await database.read { database in
                let messages = try Self.messages(numbers, database).map(StoredEntry.message)
                let events = try Self.events(numbers, database).map(StoredEntry.event)
                let entries = (messages + events).sorted { $0.number < $1.number }
                let known = try Self.entryCount(database)
                let expected = max(0, min(numbers.upperBound, known) - numbers.lowerBound + 1)
                guard entries.count == expected else {
                    let missing = zip(numbers, entries).first { $0 != $1.number }?.0 ?? numbers.lowerBound + Int64(entries.count)
                    throw MessageLogFailure.unknownLeaf(index: missing - 1)
                }
                return entries
            }
        } catch {
            throw MessageLogFailure("read entries", error)
        }
    }

    private static func events(_ numbers: ClosedRange<Int64>, _ database: Database) throws -> [StoredEvent] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM event WHERE number BETWEEN ? AND ?",
            arguments: [numbers.lowerBound, numbers.upperBound]
        ).map { row in
            guard let event = StoredEvent(row: row) else {
                throw MessageLogFailure.recordDamaged(name: "\(row["number"] as Int64)", reason: "a column with an unknown value")
            }
            return event
        }
    }

    static func entryCount(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: "SELECT max(coalesce((SELECT max(number) FROM record), 0), coalesce((SELECT max(number) FROM event), 0))") ?? 0
    }
}
