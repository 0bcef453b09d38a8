import Foundation
import MessageLog
import PKI
import TestSupport
import Testing

@testable import Networking

@Suite struct BodySpoolTests {
    private let folder: TemporaryFolder
    private var settings: SpoolSettings

    init() throws {
        folder = try TemporaryFolder()
        settings = SpoolSettings(folder: folder.url.path)
        settings.limit = 20 << 20
    }

    private var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path) } }

    /// Bytes that differ from chunk to chunk.
    private static func body(_ count: Int) -> [UInt8] {
        var body = [UInt8](repeating: 0x5a, count: count)
        for index in stride(from: 0, to: count, by: 997) { body[index] = UInt8(truncatingIfNeeded: index / 997) }
        return body
    }

    private func spooled(_ body: [UInt8], pieces: Int) async throws -> SpooledBody {
        let spool = BodySpool(settings, digests: [.sha256, .sha512])
        var rest = body[...]
        while !rest.isEmpty {
            try await spool.append(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return try await spool.finish()
    }

    private static let memory = 1 << 20
    private static let chunk = 64 << 10

    @Test(arguments: [0, 1, memory, memory + 1, memory + chunk, memory + chunk + 1, 5 * memory + 77], [1000, 100_000, 7 << 20])
    func comesBackAsItWent(_ count: Int, pieces: Int) async throws {
        let body = Self.body(count)
        let spooled = try await spooled(body, pieces: pieces)
        #expect(spooled.byteCount == count)
        #expect(spooled.digest(.sha256) == DigestAlgorithm.sha256.digest(body))
        #expect(spooled.digest(.sha512) == DigestAlgorithm.sha512.digest(body))
        #expect(spooled.digest(.sha1) == nil)
        #expect(try await spooled.bytes() == body)
        var read: [UInt8] = []
        for try await chunk in spooled.reader() { read += chunk }
        #expect(read == body)
        #expect(try files.count == (count > Self.memory ? 1 : 0))
    }

    @Test func limitIsExact() async throws {
        var settings = settings
        settings.limit = 3 << 20
        let spool = BodySpool(settings)
        try await spool.append(Self.body(3 << 20))
        let failure = await #expect(throws: NetworkingFailure.self) { try await spool.append([0]) }
        #expect(failure == .bodyOverSpoolLimit(limit: 3 << 20))
    }

    @Test func fileGoesWithItsLastHolder() async throws {
        do {
            let spool = BodySpool(settings)
            try await spool.append(Self.body(2 << 20))
            #expect(try files.count == 1)
        }
        #expect(try await filesGo())
        var spooled: SpooledBody? = try await spooled(Self.body(2 << 20), pieces: 100_000)
        var journaled = spooled?.journaled
        spooled = nil
        #expect(try files.count == 1)
        withExtendedLifetime(journaled) {}
        journaled = nil
        #expect(try await filesGo())
    }

    /// The thread that wrote may hold the file for a moment longer.
    private func filesGo() async throws -> Bool {
        for _ in 0..<500 where try !files.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        return try files.isEmpty
    }

    @Test func fileIsPrivateAndHoldsNothingInClear() async throws {
        let spooled = try await spooled([UInt8](repeating: 0x41, count: 2 << 20), pieces: 100_000)
        let path = try #require(try files.first).withPath(folder)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(bytes.count == ContentSeal.fileLength(byteCount: 2 << 20))
        #expect(bytes.firstRange(of: [UInt8](repeating: 0x41, count: 8)) == nil)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        withExtendedLifetime(spooled) {}
    }

    @Test func linkedFileStays() async throws {
        let body = Self.body(2 << 20)
        let target = "kept".withPath(folder)
        let key: ContentKey
        do {
            guard case .contentFile(let file) = try await spooled(body, pieces: 100_000).journaled else {
                Issue.record("a body of 2 MiB stayed in memory")
                return
            }
            #expect(file.byteCount == body.count)
            try file.link(to: target)
            key = file.key
        }
        #expect(try files == ["kept"])
        let sealed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: target)))
        let chunks = stride(from: 0, to: sealed.count, by: ContentSeal.sealedChunkLength).map {
            Array(sealed[$0..<min($0 + ContentSeal.sealedChunkLength, sealed.count)])
        }
        let opened = try chunks.indices.map {
            try #require(try ContentSeal.open(chunks[$0], number: $0, isLast: $0 == chunks.count - 1, key: key))
        }
        #expect(Array(opened.joined()) == body)
    }

    /// Whoever changes the file while a body waits in it is found out.
    @Test(arguments: ["flip", "cut", "swap"])
    func changedFileIsRefused(_ change: String) async throws {
        let spooled = try await spooled(Self.body(2 << 20), pieces: 100_000)
        let path = try #require(try files.first).withPath(folder)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        let sealed = UInt64(ContentSeal.sealedChunkLength)
        switch change {
        case "flip":
            try handle.seek(toOffset: sealed * 3 + 5)
            let byte = try #require(try handle.read(upToCount: 1)?.first)
            try handle.seek(toOffset: sealed * 3 + 5)
            try handle.write(contentsOf: [byte ^ 1])
        case "cut": try handle.truncate(atOffset: sealed * 31)
        default:
            let first = try #require(try handle.read(upToCount: Int(sealed)))
            let second = try #require(try handle.read(upToCount: Int(sealed)))
            try handle.seek(toOffset: 0)
            try handle.write(contentsOf: second + first)
        }
        let failure = await #expect(throws: NetworkingFailure.self) { try await spooled.bytes() }
        guard case .spoolFailed(step: "open", _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func missingFolderIsAFailureOfItsOwn() async throws {
        let spool = BodySpool(SpoolSettings(folder: "/nonexistent/folder"))
        let failure = await #expect(throws: NetworkingFailure.self) { try await spool.append(Self.body(2 << 20)) }
        #expect(failure == .spoolFailed(step: "create", reason: "No such file or directory"))
    }

    @Test(arguments: [10, 3 << 20])
    func goesOutAgain(_ count: Int) async throws {
        let body = Self.body(count)
        let spooled = try await spooled(body, pieces: 100_000)
        let server = try ScriptedServer { connection in
            let head = connection.readHead() ?? ""
            let isDeclared = head.contains("Content-Length: \(count)\r\n")
            let isSame = connection.read(count) == body
            try connection.write("HTTP/1.1 \(isDeclared && isSame ? 200 : 400) -\r\nContent-Length: 0\r\n\r\n")
        }
        let response = try await OutboundHTTP().request(OutboundRequest(.put, server.url, body: spooled.outbound))
        #expect(response.status == 200)
    }
}

extension String {
    fileprivate func withPath(_ folder: TemporaryFolder) -> String { folder.url.appendingPathComponent(self).path }
}
