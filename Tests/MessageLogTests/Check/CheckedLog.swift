import Foundation
import MessageLog
import PKI
import SignedDocuments
import Storage
import TestSupport
import Testing
import XRoadModel

/// A log in real files that a test fills, signs, tampers with and checks.
struct CheckedLog: Sendable {
    let folder: TemporaryFolder
    let keys: TestKeys
    let path: String
    private static let passphrase = SecretBytes(Array("correct".utf8))

    init() throws {
        folder = try TemporaryFolder()
        keys = try TestKeys()
        path = folder.url.appendingPathComponent("log").path
    }

    /// Another server's, with the same key and name.
    init(copying other: CheckedLog) throws {
        folder = try TemporaryFolder()
        keys = other.keys
        path = folder.url.appendingPathComponent("log").path
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
    }

    func open() throws -> SQLiteJournal {
        var settings = JournalSettings()
        settings.passphraseCost = PassphraseCost(iterations: 1024, blockSize: 8, parallelism: 1) ?? .standard
        return try SQLiteJournal(folder: path, passphrase: Self.passphrase, settings: settings)
    }

    /// Messages up to this number of entries, in one opening of the log, and a checkpoint where it is `signed`.
    func grow(to count: Int64, signed: Bool = true, text: String = "message") async throws {
        try await writing { journal in
            let size = try journal.reader.treeSize()
            // In turn: tests know which record has which number.
            for number in size..<count { _ = try await journal.commit(Self.record(number + 1, text: text)) }
            if signed { _ = try await self.sign(journal) }
        }
    }

    func writing(_ work: (SQLiteJournal) async throws -> Void) async throws {
        let journal = try open()
        do {
            try await work(journal)
        } catch {
            await journal.close()
            throw error
        }
        await journal.close()
    }

    @discardableResult
    func sign(_ journal: SQLiteJournal) async throws -> SignedCheckpoint? {
        let size = try journal.reader.treeSize()
        let time = TestKeys.time.adding(seconds: size)
        return try await Checkpointer(tree: journal.reader, store: journal, signer: keys.log).checkpoint(at: time)?.signed
    }

    /// The last checkpoint, with a witness's line.
    func witnessed() async throws -> SignedCheckpoint {
        var signed = try #require(try await SQLiteLogReader(folder: path, keys: nil).latest()).signed
        signed.add([try keys.witness.sign(signed.note.text, at: TestKeys.time)])
        return signed
    }

    static let owner = MemberIdentifier(instance: "AL", memberClass: "GOV", memberCode: "1")

    /// Every tenth message has two bodies, one in seven keeps its signature only as long as its content.
    static func record(_ number: Int64, text: String = "message") -> LogRecord {
        var policy = LogPolicy()
        if number % 7 == 0 { policy.signatureOnErasure = .destroy }
        let service = ServiceIdentifier(
            provider: ClientIdentifier(member: MemberIdentifier(instance: "AL", memberClass: "COM", memberCode: "2")),
            serviceCode: "getPerson", serviceVersion: "v1")
        return LogRecord(
            entry: LogEntry(
                time: Instant(millisecondsSince1970: 1_790_000_000_000 + number), side: .consumer, direction: .request,
                kind: .soap,
                requestIdentifier: "request-\(number)", messageIdentifier: "message-\(number)",
                client: ClientIdentifier(member: owner, subsystemCode: "s"), service: service),
            owner: owner, policy: policy, decision: "own client", messagePart: Array("\(text) \(number)".utf8),
            attachments: number % 10 == 0 ? [.inline(Array("body \(number)".utf8)), .inline([])] : [],
            signature: SignatureData(
                // As if five messages shared a signature.
                signature: Array("<signature number=\"\(number / 5)\"/>".utf8),
                hashChain: HashChainDocuments(result: Array("<result/>".utf8), chain: Array("<chain n=\"\(number)\"/>".utf8))),
            configurationHash: [0xab, 0xcd])
    }

    // MARK: Checking

    func trust(_ anchors: [LogCheckTrust.Anchor] = []) -> LogCheckTrust {
        var trust = LogCheckTrust()
        trust.logKeys = [LogCheckTrust.LogKey(key: keys.log.verifierKey, expires: nil)]
        trust.witnessKeys = [keys.witness.verifierKey]
        trust.anchors = anchors
        return trust
    }

    func check(_ anchors: [LogCheckTrust.Anchor] = []) async throws -> LogCheckReport { try await check(trust(anchors)) }

    func check(_ trust: LogCheckTrust) async throws -> LogCheckReport {
        try await LogCheck(SQLiteLogCheckReader(folder: path), trust: trust).run()
    }

    /// Findings as `code first-last`.
    func findings(_ anchors: [LogCheckTrust.Anchor] = []) async throws -> [String] {
        try await check(anchors).findings.map(Self.line)
    }

    static func line(_ finding: LogFinding) -> String {
        finding.code.rawValue
            + (finding.entries.map { $0.count == 1 ? " \($0.lowerBound)" : " \($0.lowerBound)-\($0.upperBound)" } ?? "")
    }

    // MARK: Tampering

    /// What somebody who has the file can do to it: the `sqlite3` tool.
    @discardableResult
    func sqlite(_ sql: String, database: String = "messagelog.sqlite") throws -> String {
        let result = try runTool("sqlite3", ["\(path)/\(database)", sql])
        guard result.status == 0 else { throw ToolFailure(text: result.errors) }
        return result.text.trimmingCharacters(in: .newlines)
    }

    struct ToolFailure: Error { let text: String }

    /// A copy of the whole folder as it is now, to be put back with `restore`.
    func snapshot() throws -> String {
        let copy = folder.url.appendingPathComponent("copy-\(UUID().uuidString)").path
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        return copy
    }

    func restore(_ copy: String) throws {
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: copy, toPath: path)
    }

    /// The databases of a snapshot in the place of today's.
    func restore(_ copy: String, only names: [String]) throws {
        for name in names {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: "\(path)/\(name)\(suffix)") }
            try FileManager.default.copyItem(atPath: "\(copy)/\(name)", toPath: "\(path)/\(name)")
        }
    }
}

/// A hash as SQL has it.
func literal(_ bytes: [UInt8]) -> String { "x'\(Hexadecimal.encode(bytes))'" }
