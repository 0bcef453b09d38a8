import Foundation
import PKI
import Synchronization
import Testing

@testable import Networking

@Suite(.serialized) struct OutboundStreamingTests {
    private static let large = 100 << 20
    private static let chunk = [UInt8](repeating: 0x5a, count: 64 << 10)

    /// What the two sockets and the client may hold between sender and reader.
    private static let inFlightLimit = 16 << 20

    @Test func downloadWaitsForItsReader() async throws {
        let sent = Mutex(0)
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.large)\r\n\r\n")
            for _ in 0..<(Self.large / Self.chunk.count) {
                try connection.write(Self.chunk)
                sent.withLock { $0 += Self.chunk.count }
            }
        }
        var request = OutboundRequest(.get, server.url)
        request.limits.responseBytes = Self.large
        let response = try await OutboundHTTP().request(request)
        try await Task.sleep(for: .milliseconds(300))
        var digest = StreamingDigest(.sha256)
        var count = 0
        while let bytes = try await response.nextChunk() {
            digest.update(bytes)
            count += bytes.count
            let ahead = sent.withLock { $0 } - count
            if ahead > Self.inFlightLimit { Issue.record("\(ahead) bytes ahead of the reader") }
        }
        #expect(count == Self.large)
        #expect(digest.finish() == expectedDigest())
    }

    @Test(arguments: [true, false])
    func uploadWaitsForItsReader(withLength: Bool) async throws {
        let received = Mutex((count: 0, tail: [UInt8]()))
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            Thread.sleep(forTimeInterval: 0.3)
            while let bytes = connection.receive() {
                let isDone = received.withLock { state in
                    state.count += bytes.count
                    state.tail = (state.tail + bytes.suffix(5)).suffix(5)
                    return withLength ? state.count >= Self.large : state.tail == Array("0\r\n\r\n".utf8)
                }
                if isDone { break }
            }
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let given = Mutex(0)
        let next: @Sendable () async throws -> [UInt8]? = {
            let count = given.withLock { count in
                count += Self.chunk.count
                return count
            }
            let ahead = count - received.withLock { $0.count }
            if ahead > Self.inFlightLimit { Issue.record("\(ahead) bytes ahead of the reader") }
            return count <= Self.large ? Self.chunk : nil
        }
        let response = try await OutboundHTTP().request(
            OutboundRequest(.post, server.url, body: .stream(length: withLength ? Self.large : nil, next: next)))
        #expect(response.status == 200)
        #expect(received.withLock { $0.count } >= Self.large)
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
