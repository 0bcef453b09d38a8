import GRDB
import MessageLog
import PKI
import XRoadModel

/// Finds entries by identifier and time. An index would cost each commit a page for each record, as identifiers have no order. So
/// entries are indexed in runs of 65,536, afterwards and at once: `run` says between which times a run's entries are, and `lookup` is
/// a table of hashes, 256 buckets for each run, 12 bytes for each record. A search looks into one bucket of each run and goes
/// through the entries that no run has yet.
enum LookupRuns {
    static let length: Int64 = 1 << 16
    private static let buckets: Int64 = 256

    enum Identifier: String { case request, message }

    /// Where an identifier is looked for: bucket, and what stands in it.
    private struct Place {
        let bucket: Int64
        let mark: ArraySlice<UInt8>

        init(_ kind: Identifier, _ text: String) {
            let digest = DigestAlgorithm.sha256.digest(Array("\(kind.rawValue)=\(text)".utf8))
            bucket = Int64(digest[0])
            mark = digest[1..<5]
        }
    }

    // MARK: Searching

    /// Entries up to this number are in runs.
    static func lastNumber(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(number) FROM run").map { ($0 + 1) * length } ?? 0
    }

    /// Numbers, the highest first, of records in runs that probably have the identifier.
    static func candidates(_ kind: Identifier, _ text: String, _ database: Database) throws -> [Int64] {
        guard let last = try Int64.fetchOne(database, sql: "SELECT max(number) FROM run") else { return [] }
        let place = Place(kind, text)
        let statement = try database.cachedStatement(sql: "SELECT entries FROM lookup WHERE bucket = ?")
        var numbers: [Int64] = []
        for run in stride(from: last, through: 0, by: -1) {
            guard let row = try Row.fetchOne(statement, arguments: [run * buckets + place.bucket]) else { continue }
            // Entries of a bucket stand in the order of their records.
            for offset in matches(place.mark, in: row.bytes("entries")).reversed() { numbers.append(run * length + 1 + offset) }
        }
        return numbers
    }

    /// An entry of a bucket is four bytes of the hash and the record's place in its run, two bytes.
    private static func matches(_ mark: ArraySlice<UInt8>, in entries: [UInt8]) -> [Int64] {
        var offsets: [Int64] = []
        for start in stride(from: 0, to: entries.count - 5, by: 6) where entries[start..<(start + 4)].elementsEqual(mark) {
            offsets.append(Int64(entries[start + 4]) << 8 | Int64(entries[start + 5]))
        }
        return offsets
    }

    /// Numbers of the runs' entries between which those of the time are, if any: times in a run have no order.
    static func numbers(from: Instant?, to: Instant?, _ database: Database) throws -> ClosedRange<Int64>? {
        let row = try Row.fetchOne(
            database, sql: "SELECT min(number) AS first, max(number) AS last FROM run WHERE latest >= ? AND earliest < ?",
            arguments: [from?.millisecondsSince1970 ?? .min, to?.millisecondsSince1970 ?? .max])
        guard let first = row?["first"] as Int64?, let last = row?["last"] as Int64? else { return nil }
        return (first * length + 1)...((last + 1) * length)
    }

    // MARK: Making runs

    /// A run whose entries are all there, ready to be stored.
    struct Run: Sendable {
        let number: Int64
        let earliest: Int64
        let latest: Int64
        let buckets: [[UInt8]]
    }

    /// The next run; nil while it is not full. Reads 65,536 rows.
    static func make(_ database: Database, entries: Int64) throws -> Run? {
        let first = try lastNumber(database) + 1
        guard entries >= first + length - 1 else { return nil }
        var buckets = [[UInt8]](repeating: [], count: Int(Self.buckets))
        var earliest = Int64.max
        var latest = Int64.min
        func note(_ time: Int64) {
            earliest = min(earliest, time)
            latest = max(latest, time)
        }
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT number, time, request_identifier, message_identifier FROM record WHERE number BETWEEN ? AND ?",
            arguments: [first, first + length - 1])
        while let row = try rows.next() {
            let offset = (row["number"] as Int64) - first
            for place in [Place(.request, row["request_identifier"]), Place(.message, row["message_identifier"])] {
                buckets[Int(place.bucket)] += place.mark
                buckets[Int(place.bucket)] += [UInt8(offset >> 8), UInt8(offset & 255)]
            }
            note(row["time"])
        }
        for time in try Int64.fetchAll(
            database, sql: "SELECT time FROM event WHERE number BETWEEN ? AND ?", arguments: [first, first + length - 1])
        {
            note(time)
        }
        return Run(number: (first - 1) / length, earliest: earliest, latest: latest, buckets: buckets)
    }

    static func store(_ run: Run, _ database: Database) throws {
        try PreparedStatement(database, "INSERT INTO run VALUES (?, ?, ?)").run(
            .integer(run.number), .integer(run.earliest), .integer(run.latest))
        let insert = try PreparedStatement(database, "INSERT INTO lookup VALUES (?, ?)")
        for (bucket, entries) in run.buckets.enumerated() {
            try insert.run(.integer(run.number * buckets + Int64(bucket)), .blob(entries))
        }
    }
}
