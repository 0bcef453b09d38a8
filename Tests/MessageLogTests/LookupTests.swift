import Foundation
import GRDB
import MessageLog
import TestSupport
import Testing
import XRoadModel

@testable import Storage

/// Finding records in a log with full runs. Its rows are made by SQL and have no content: nothing of it is opened.
@Suite(.timeLimit(.minutes(2))) struct LookupTests {
    private static let records = 2 * LookupRuns.length + 500
    private let log: TestLog
    private let database: DurableDatabase
    private let reader: SQLiteLogReader

    /// Record n: request (n+1)/2, message n % 1000; a second apart, but for one in the first run that is late by a day.
    private static let rows = """
        WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < \(records))
        INSERT INTO record
        SELECT value, value * 1000 + (value = 77) * 86400000, 'provider', 'request', 'rest', 'request-' || ((value + 1) / 2),
            'message-' || (value % 1000), 'XK/GOV/A/s', 'XK/GOV/B/p', 'service', NULL, 'XK/GOV/B', 1, 'full', 'keep', NULL, x'',
            '', value, x'', NULL, NULL, NULL, zeroblob(32)
        FROM numbers;
        """

    init() throws {
        log = try TestLog()
        let folder = try PrivateFolder(path: log.path)
        database = try DurableDatabase(in: folder, file: "any.sqlite", schema: .log(), automaticCheckpoints: false)
        try database.pool.write { try $0.execute(sql: "INSERT INTO log VALUES ('0123abcd', '', 0, 0);" + Self.rows) }
        reader = try SQLiteLogReader(
            database: ReadAccess(database.pool), content: ContentFolder(path: folder.path), keys: nil)
    }

    /// What the journal's upkeep does.
    private func makeRuns() throws -> Int {
        var count = 0
        while let run = try database.pool.read({ try LookupRuns.make($0, entries: Self.records) }) {
            try database.pool.write { try LookupRuns.store(run, $0) }
            count += 1
        }
        return count
    }

    private func numbers(limit: Int = 1000, _ change: (inout LogFilter) -> Void) async throws -> [Int64] {
        var filter = LogFilter()
        change(&filter)
        return try await reader.list(filter, limit: limit).map(\.identifier.number)
    }

    private func checkSearches() async throws {
        #expect(try await numbers { $0.requestIdentifier = "request-1" } == [2, 1])
        #expect(try await numbers { $0.requestIdentifier = "request-32768" } == [65536, 65535])
        #expect(try await numbers { $0.requestIdentifier = "request-50000" } == [100_000, 99_999])
        #expect(try await numbers { $0.requestIdentifier = "request-65700" } == [131_400, 131_399])
        #expect(try await numbers { $0.requestIdentifier = "request-99999" } == [])
        #expect(try await numbers { $0.messageIdentifier = "message-7" }.count == 132)
        #expect(try await numbers(limit: 2) { $0.messageIdentifier = "message-7" } == [131_007, 130_007])
        #expect(
            try await numbers {
                $0.messageIdentifier = "message-7"
                $0.from = Instant(millisecondsSince1970: 100_000_000)
                $0.to = Instant(millisecondsSince1970: 103_000_000)
            } == [102_007, 101_007, 100_007])
        #expect(
            try await numbers {
                $0.from = Instant(millisecondsSince1970: 86_477_000)
                $0.to = Instant(millisecondsSince1970: 86_478_000)
            } == [86_477, 77])
        #expect(try await numbers { $0.to = Instant(millisecondsSince1970: 2000) } == [1])
        #expect(try await numbers { $0.from = Instant(millisecondsSince1970: 131_572_000) } == [131_572])
        #expect(
            try await numbers {
                $0.requestIdentifier = "request-1"
                $0.before = RecordIdentifier(number: 2, name: "")
            } == [1])
    }

    @Test func runsFindWhatASearchThroughEverythingFinds() async throws {
        try await checkSearches()
        #expect(try makeRuns() == 2)
        let file = log.path + "/any.sqlite"
        #expect(
            try log.sqlite("SELECT count(*), sum(length(entries)) FROM lookup", in: file) == "512|\(12 * 2 * LookupRuns.length)")
        #expect(try log.sqlite("SELECT * FROM run", in: file) == "0|1000|86477000\n1|65537000|131072000")
        try await checkSearches()
    }

    /// Without it these take as long as going through 131,572 records.
    @Test func searchInRunsIsShort() async throws {
        #expect(try makeRuns() == 2)
        let start = ContinuousClock.now
        for number in 1...100 { #expect(try await numbers { $0.requestIdentifier = "request-\(number)" }.count == 2) }
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    /// The running journal makes the runs.
    @Test func upkeepMakesRuns() async throws {
        await (try log.open()).close()
        var frontier = MerkleFrontier()
        let leaf = try #require(TreeHash(bytes: [UInt8](repeating: 0, count: 32)))
        var tiles: [String] = []
        for _ in 0..<Self.records {
            for tile in frontier.append(leaf) { tiles.append("(\(tile.level), \(tile.position), x'\(tile.hash)')") }
        }
        _ = try log.sqlite(Self.rows + "INSERT INTO tree_tile VALUES " + tiles.joined(separator: ", "))
        var settings = TestLog.settings
        settings.waitMilliseconds = 40
        let journal = try log.open(settings)
        while try log.sqlite("SELECT count(*) FROM run") != "2" { try await Task.sleep(for: .milliseconds(20)) }
        var filter = LogFilter()
        filter.requestIdentifier = "request-9"
        #expect(try await journal.reader.list(filter, limit: 9).map(\.identifier.number) == [18, 17])
    }
}
