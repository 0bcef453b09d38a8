import Foundation
import MessageLog
import PKI
import SignedDocuments
import Storage
import TestSupport
import XRoadModel

/// A log folder of a test and records for it.
struct TestLog {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.url.appendingPathComponent("log").path }
    var database: String { path + "/messagelog.sqlite" }
    var contentFiles: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path + "/content").sorted() } }

    static let passphrase = SecretBytes(Array("correct horse".utf8))
    static let owner = client.member

    /// Bounds of a test's log; its passphrase costs little to try.
    static var settings: JournalSettings {
        var settings = JournalSettings()
        settings.passphraseCost = PassphraseCost(iterations: 1024, blockSize: 8, parallelism: 1) ?? .standard
        return settings
    }

    func open(_ settings: JournalSettings = settings) throws -> SQLiteJournal {
        try SQLiteJournal(folder: path, passphrase: Self.passphrase, settings: settings)
    }

    /// As a command beside a running server opens it.
    func openReader() throws -> SQLiteLogReader {
        try SQLiteLogReader(folder: path, keys: RecordKeys(logFolder: path, passphrase: Self.passphrase))
    }

    var keyDatabase: String { path + "/keys/recordkeys.sqlite" }

    /// What the `sqlite3` tool says about the database.
    func sqlite(_ sql: String, in database: String? = nil) throws -> String {
        let result = try runTool("sqlite3", [database ?? self.database, sql])
        guard result.status == 0 else { throw ToolFailure(text: result.errors) }
        return result.text.trimmingCharacters(in: .newlines)
    }

    /// Names of the folder's files in which `grep` finds the text.
    func files(containing text: String) throws -> [String] {
        let result = try runTool("grep", ["-rlaF", "--", text, path])
        return result.text.split(separator: "\n").map { String($0.dropFirst(path.count + 1)) }.sorted()
    }

    /// Names of the folder's files that hold the bytes.
    func files(containing bytes: [UInt8]) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            FileManager.default.contents(atPath: "\(path)/\(name)")?.range(of: Data(bytes)) != nil
        }.sorted()
    }

    /// A column of bytes, row by row.
    func blobs(_ column: String, _ rest: String, in database: String? = nil) throws -> [[UInt8]] {
        try sqlite("SELECT hex(\(column)) FROM \(rest)", in: database).split(separator: "\n").compactMap {
            Hexadecimal.decode(String($0))
        }
    }

    struct ToolFailure: Error { let text: String }

    static let client = ClientIdentifier(
        member: MemberIdentifier(instance: "AL", memberClass: "GOV", memberCode: "a/b%2F"), subsystemCode: "s")
    static let service = ServiceIdentifier(
        provider: ClientIdentifier(member: MemberIdentifier(instance: "AL", memberClass: "COM", memberCode: "2")),
        serviceCode: "getPerson", serviceVersion: "v1")

    static func record(
        _ number: Int = 1, attachments: [JournaledBody] = [], messagePart: [UInt8] = Array("message".utf8),
        service: ServiceIdentifier = service, direction: MessageDirection = .request, kind: MessageKind = .soap,
        owner: MemberIdentifier = owner, policy: LogPolicy = LogPolicy(), decision: String = ""
    ) -> LogRecord {
        LogRecord(
            entry: LogEntry(
                time: Instant(millisecondsSince1970: 1_790_000_000_000 + Int64(number)), side: .consumer, direction: direction,
                kind: kind, requestIdentifier: "request-\(number)", messageIdentifier: "message-\(number)", client: client,
                service: service),
            owner: owner, policy: policy, decision: decision, messagePart: messagePart, attachments: attachments,
            signature: SignatureData(
                signature: Array("<signature/>".utf8),
                hashChain: HashChainDocuments(result: Array("<result/>".utf8), chain: Array("<chain/>".utf8))),
            configurationHash: [0xab, 0xcd])
    }
}

/// A sealed file with any content.
final class TestSealedFile: SealedFile {
    let key: ContentKey
    let byteCount: Int
    let digest: [UInt8]
    let sealedDigest: [UInt8]
    let path: String

    init(_ body: [UInt8], folder: String) throws {
        guard let key = ContentKey(bytes: Randomness.bytes(32)) else { throw POSIXError(.EINVAL) }
        self.key = key
        byteCount = body.count
        digest = DigestAlgorithm.sha512.digest(body)
        path = "\(folder)/spool-\(Hexadecimal.encode(Randomness.bytes(16)))"
        var sealed: [UInt8] = []
        let count = ContentSeal.chunkCount(byteCount: byteCount)
        for number in 0..<count {
            let chunk = Array(body.dropFirst(number * ContentSeal.chunkLength).prefix(ContentSeal.chunkLength))
            sealed += try ContentSeal.seal(chunk, number: number, isLast: number == count - 1, key: key)
        }
        sealedDigest = DigestAlgorithm.sha256.digest(sealed)
        try Data(sealed).write(to: URL(fileURLWithPath: path))
    }

    func link(to target: String) throws(MessageLogFailure) {
        guard Glibc.link(path, target) == 0 else {
            throw .storageFailed(step: "link", detail: String(cString: strerror(errno)))
        }
    }

    deinit { unlink(path) }
}
