import Foundation
import PKI
import Synchronization
import Testing

@testable import Networking

@Suite(.serialized) struct OutboundStreamingTests {
    private static let large = 100 << 20
    private static let chunk = [UInt8](repeating: 0x5a, count: 64 << 10)

    /// Bytes of memory that this process holds.
    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4096
    }

    @Test func downloadIsFlatInMemory() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.large)\r\n\r\n")
            for _ in 0..<(Self.large / Self.chunk.count) { try connection.write(Self.chunk) }
        }
        var request = OutboundRequest(.get, server.url)
        request.limits.responseBytes = Self.large
        let before = try residentBytes()
        let response = try await OutboundHTTP().request(request)
        // The sender must wait for the slow start of this reader.
        try await Task.sleep(for: .milliseconds(300))
        var digest = StreamingDigest(.sha256)
        var count = 0
        var peak = 0
        while let bytes = try await response.nextChunk() {
            digest.update(bytes)
            count += bytes.count
            if count % (8 << 20) < bytes.count { peak = max(peak, try residentBytes()) }
        }
        #expect(count == Self.large)
        #expect(digest.finish() == expectedDigest())
        #expect(peak - before < 24 << 20, "\(peak - before) bytes more")
    }

    @Test(arguments: [true, false])
    func uploadIsFlatInMemory(withLength: Bool) async throws {
        let received = Mutex((count: 0, tail: [UInt8]()))
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            // The source must wait for the slow start of this reader.
            Thread.sleep(forTimeInterval: 0.3)
            while let bytes = connection.receive() {
                let isDone = received.withLock { state in
                    state.count += bytes.count
                    state.tail = (state.tail + bytes).suffix(5)
                    return withLength ? state.count >= Self.large : state.tail == Array("0\r\n\r\n".utf8)
                }
                if isDone { break }
            }
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let given = Mutex(0)
        let before = try residentBytes()
        let peak = Mutex(0)
        let next: @Sendable () async throws -> [UInt8]? = {
            let count = given.withLock { count in
                count += Self.chunk.count
                return count
            }
            if count % (8 << 20) == 0 {
                let resident = try residentBytes()
                peak.withLock { $0 = max($0, resident) }
            }
            return count <= Self.large ? Self.chunk : nil
        }
        let response = try await OutboundHTTP().request(
            OutboundRequest(.post, server.url, body: .stream(length: withLength ? Self.large : nil, next: next)))
        #expect(response.status == 200)
        #expect(received.withLock { $0.count } >= Self.large)
        #expect(peak.withLock { $0 } - before < 24 << 20, "\(peak.withLock { $0 } - before) bytes more")
    }

    private func expectedDigest() -> [UInt8] {
        var digest = StreamingDigest(.sha256)
        for _ in 0..<(Self.large / Self.chunk.count) { digest.update(Self.chunk) }
        return digest.finish()
    }

    @Test func headArrivesBeforeTheBody() async throws {
        let mayGoOn = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
            mayGoOn.wait()
            try connection.write("abc")
        }
        let response = try await OutboundHTTP().request(OutboundRequest(.get, server.url))
        mayGoOn.signal()
        #expect(try await response.collect() == Array("abc".utf8))
    }

    /// The service refuses while the body is still on its way.
    @Test func answerBeforeTheWholeBodyIsSent() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            try connection.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
            while connection.receive() != nil {}
        }
        let response = try await OutboundHTTP().request(
            OutboundRequest(.post, server.url, body: .stream(length: nil, next: { Self.chunk })))
        #expect(response.status == 413)
        #expect(try await response.collect() == Array("no".utf8))
    }

    @Test func connectionIsReused() async throws {
        let server = try ScriptedServer { try $0.answerAll() }
        let client = OutboundHTTP()
        for _ in 0..<5 { _ = try await client.request(OutboundRequest(.get, server.url)).collect() }
        #expect(server.connectionCount == 1)
    }

    @Test func manyAtOnce() async throws {
        let server = try ScriptedServer { try $0.answerAll("hello") }
        let client = OutboundHTTP()
        let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<200 {
                group.addTask { try await client.request(OutboundRequest(.get, server.url)).collect() }
            }
            return try await group.reduce(into: 0) { count, body in count += body == Array("hello".utf8) ? 1 : 0 }
        }
        #expect(answers == 200)
        #expect(server.connectionCount <= 128)
    }

    @Test(.timeLimit(.minutes(1))) func unreadResponseEndsWithItsValue() async throws {
        let isEnded = Mutex(false)
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            defer { isEnded.withLock { $0 = true } }
            while true { try connection.write("4\r\nabcd\r\n") }
        }
        let client = OutboundHTTP()
        do { _ = try await client.request(OutboundRequest(.get, server.url)) }
        while !isEnded.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
        withExtendedLifetime(client) {}
    }
}
