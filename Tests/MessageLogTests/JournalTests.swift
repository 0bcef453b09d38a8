import Foundation
import MessageLog
import Storage
import TestSupport
import Testing
import XRoadModel

@Suite struct JournalTests {
    private let log: TestLog

    init() throws { log = try TestLog() }

    @Test func recordComesBackAsItWasGiven() async throws {
        let journal = try log.open()
        let record = TestLog.record(
            attachments: [.inline([1, 2, 3]), .inline([])], policy: LogPolicy(retentionDays: 30), decision: "access-right A/B")
        let receipt = try await journal.append(record)
        #expect(receipt.identifier.number == 1)
        #expect(receipt.entry == record.entry)
        #expect(receipt.identifier.name.wholeMatch(of: /[0-9a-f]{8}-1/) != nil)
        let logged = try await journal.reader.record(named: receipt.identifier.name)
        #expect(logged.identifier == receipt.identifier)
        #expect(logged.record.entry == record.entry)
        #expect(logged.record.messagePart == record.messagePart)
        #expect(logged.record.signature == record.signature)
        #expect(logged.record.configurationHash == record.configurationHash)
        #expect(logged.record.owner == record.owner)
        #expect(logged.record.policy == record.policy)
        #expect(logged.record.decision == record.decision)
        #expect(logged.timestamp == nil)
        #expect(try logged.record.attachments.map(inline) == [[1, 2, 3], []])
        for name in ["other", "00000000-1", "\(journal.reader.logIdentifier)-01", "\(journal.reader.logIdentifier)-2"] {
            await #expect(throws: MessageLogFailure.unknownRecord(name: name)) { try await journal.reader.record(named: name) }
        }
    }

    private func inline(_ body: JournaledBody) throws -> [UInt8] {
        guard case .inline(let bytes) = body else { throw POSIXError(.EINVAL) }
        return bytes
    }

    @Test func largeBodyLiesSealedInItsFile() async throws {
        let journal = try log.open()
        let body = [UInt8](repeating: 0x42, count: 3 << 20)
        let name: String
        do {
            let file = try TestSealedFile(body, folder: journal.contentFolder)
            name = try await journal.append(TestLog.record(attachments: [.inline([9]), .contentFile(file)])).identifier.name
        }
        #expect(try log.contentFiles == ["1-2"])
        let logged = try await journal.reader.record(named: name)
        #expect(try logged.record.attachments.map(inline) == [[9], body])
        #expect(try await journal.reader.list(LogFilter(), limit: 1).first?.byteCount == 7 + 1 + body.count)
        await journal.close()
        #expect(Int(try log.sqlite("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")) ?? 0 < 1 << 20)
    }

    @Test func damagedContentIsNamed() async throws {
        let journal = try log.open()
        let file = try TestSealedFile([UInt8](repeating: 1, count: 200_000), folder: journal.contentFolder)
        let name = try await journal.append(TestLog.record(attachments: [.contentFile(file)])).identifier.name
        let path = "\(journal.contentFolder)/1-1"
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: UInt64(ContentSeal.sealedChunkLength) + 10)
        try handle.write(contentsOf: [0xff, 0xff])
        await #expect(throws: MessageLogFailure.contentDamaged(file: "1-1", chunk: 1)) {
            try await journal.reader.record(named: name)
        }
        try handle.truncate(atOffset: UInt64(ContentSeal.sealedChunkLength))
        await #expect(throws: MessageLogFailure.contentDamaged(file: "1-1", chunk: 3)) {
            try await journal.reader.record(named: name)
        }
        unlink(path)
        await #expect(throws: MessageLogFailure.contentMissing(file: "1-1")) {
            try await journal.reader.record(named: name)
        }
    }

    @Test func oversizedPartsAreRefused() async throws {
        let journal = try log.open()
        let limit = JournaledBody.inlineLimit
        await #expect(throws: MessageLogFailure.partTooLarge(part: "body", bytes: limit + 1, limit: limit)) {
            try await journal.append(TestLog.record(attachments: [.inline([UInt8](repeating: 0, count: limit + 1))]))
        }
        await #expect(throws: MessageLogFailure.self) {
            try await journal.append(TestLog.record(messagePart: [UInt8](repeating: 0, count: 4 << 20)))
        }
        #expect(try await journal.reader.list(LogFilter(), limit: 10).isEmpty)
    }

    @Test func listIsFilteredAndPaged() async throws {
        let journal = try log.open()
        let other = ServiceIdentifier(provider: TestLog.service.provider, serviceCode: "getPerson")
        for number in 1...5 {
            _ = try await journal.append(
                TestLog.record(
                    number, service: number == 4 ? other : TestLog.service, direction: number == 2 ? .response : .request))
        }
        func numbers(_ limit: Int = 100, _ change: (inout LogFilter) -> Void) async throws -> [Int64] {
            var filter = LogFilter()
            change(&filter)
            return try await journal.reader.list(filter, limit: limit).map(\.identifier.number)
        }
        #expect(try await numbers { _ in } == [5, 4, 3, 2, 1])
        #expect(try await numbers(2) { _ in } == [5, 4])
        #expect(try await numbers(2) { $0.before = RecordIdentifier(number: 4, name: "") } == [3, 2])
        #expect(try await numbers { $0.from = Instant(millisecondsSince1970: 1_790_000_000_004) } == [5, 4])
        #expect(try await numbers { $0.to = Instant(millisecondsSince1970: 1_790_000_000_003) } == [2, 1])
        #expect(try await numbers { $0.side = .provider } == [])
        #expect(try await numbers { $0.direction = .response } == [2])
        #expect(try await numbers { $0.requestIdentifier = "request-3" } == [3])
        #expect(try await numbers { $0.messageIdentifier = "message-1" } == [1])
        #expect(try await numbers { $0.client = TestLog.client } == [5, 4, 3, 2, 1])
        #expect(try await numbers { $0.client = TestLog.service.provider } == [])
        #expect(try await numbers { $0.service = TestLog.service } == [5, 3, 2, 1])
        #expect(try await numbers { $0.service = other } == [4])
    }

    @Test func logWithAGapIsRefused() async throws {
        let journal = try log.open()
        for number in 1...3 { _ = try await journal.append(TestLog.record(number)) }
        await journal.close()
        _ = try log.sqlite("DELETE FROM record WHERE number = 2")
        let failure = #expect(throws: StorageFailure.self) { try log.open() }
        guard case .damaged(log.database, _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func manyAppendersShareCommits() async throws {
        let journal = try log.open()
        let numbers = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for task in 0..<32 {
                group.addTask {
                    var numbers: [Int64] = []
                    for round in 0..<20 {
                        numbers.append(try await journal.append(TestLog.record(task * 100 + round)).identifier.number)
                    }
                    #expect(numbers == numbers.sorted())
                    return numbers
                }
            }
            return try await group.reduce(into: Set<Int64>()) { $0.formUnion($1) }
        }
        #expect(numbers == Set(1...640))
        await journal.close()
        #expect(try log.sqlite("SELECT count(*) FROM record; PRAGMA integrity_check") == "640\nok")
    }

    @Test func walStaysBounded() async throws {
        var settings = JournalSettings()
        settings.walBytes = 1 << 20
        settings.groupRecords = 50
        let journal = try log.open(settings)
        let messagePart = [UInt8](repeating: 0x41, count: 3000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<2000 {
                group.addTask { _ = try await journal.append(TestLog.record(number, messagePart: messagePart)) }
            }
            try await group.waitForAll()
        }
        let size = try FileManager.default.attributesOfItem(atPath: log.database + "-wal")[.size] as? Int
        #expect(size ?? 0 < 8 << 20)
        #expect(size ?? 0 > 0)
    }

    @Test func closedJournalTakesNothing() async throws {
        let journal = try log.open()
        let file = try TestSealedFile([1], folder: journal.contentFolder)
        await journal.close()
        await #expect(throws: MessageLogFailure.journalClosed) {
            try await journal.append(TestLog.record(attachments: [.contentFile(file)]))
        }
        #expect(try log.contentFiles == [(file.path as NSString).lastPathComponent])
    }

    @Test func exportOfARecordIsAContainer() async throws {
        let journal = try log.open()
        let receipt = try await journal.append(TestLog.record(attachments: [.inline(Array("body".utf8))]))
        let logged = try await journal.reader.record(named: receipt.identifier.name)
        let file = try log.folder.write(LogExport.fileName(of: logged), try LogExport.container(of: logged))
        let listing = try runTool("unzip", ["-Z1", file.path]).text.split(separator: "\n").map(String.init)
        #expect(listing.first == "mimetype")
        #expect(
            Set(listing).isSuperset(of: [
                "message.xml", "attachment1", "META-INF/signatures.xml", "sig-hashchain.xml", "sig-hashchainresult.xml",
            ]))
        #expect(try runTool("unzip", ["-p", file.path, "message.xml"]).text == "message")
        #expect(try runTool("unzip", ["-p", file.path, "attachment1"]).text == "body")
        #expect(file.lastPathComponent == "consumer-request-\(receipt.identifier.name).asice")
    }
}
