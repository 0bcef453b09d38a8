import Foundation
import NIOPosix
import Testing

@testable import Networking

/// Slow, greedy and vanishing clients.
@Suite(.serialized) struct ListenerLimitTests {
    private func limits(_ change: (inout ListenerLimits) -> Void) -> ListenerLimits {
        var limits = ListenerLimits()
        limits.lingerTimeout = .milliseconds(300)
        change(&limits)
        return limits
    }

    /// Sends a piece every 50 ms until the server ends; gives what it said and how long it took.
    private func dribble(_ port: Int, _ start: String, _ piece: String) async throws -> (String, Duration) {
        try await blocking {
            let connection = try RawConnection(port: port)
            connection.receiveTimeout(milliseconds: 50)
            connection.send(start)
            let begin = ContinuousClock.now
            var said = ""
            while ContinuousClock.now - begin < .seconds(10) {
                guard let next = connection.receive() else { break }
                if next == "timeout" { connection.send(piece) } else { said += next }
            }
            return (said, ContinuousClock.now - begin)
        }
    }

    @Test func aSlowHeadIsGivenUp() async throws {
        let limits = limits { $0.headTimeout = .milliseconds(400) }
        let (said, took) = try await withListener(limits: limits) { port in
            try await dribble(port, "GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n")
        }
        #expect(said.isEmpty)
        #expect(took < .seconds(3))
    }

    @Test func anIdleConnectionIsClosed() async throws {
        let limits = limits { $0.idleTimeout = .milliseconds(300) }
        let (said, took) = try await withListener(limits: limits) { port in
            try await dribble(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "")
        }
        #expect(said.hasSuffix("hello\n"))
        #expect(took < .seconds(3))
    }

    @Test func aSlowBodyIsGivenUp() async throws {
        let limits = limits {
            $0.bodyTimeout = .milliseconds(400)
            $0.minimumBytesPerSecond = 1000
        }
        let (said, took) = try await withListener(limits: limits, handler: echo) { port in
            try await dribble(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", "x")
        }
        #expect(said.contains("took too long in phase request body"))
        #expect(took < .seconds(3))
    }

    @Test func aClientThatDoesNotReadIsGivenUp() async throws {
        let limits = limits {
            $0.writeTimeout = .milliseconds(300)
            $0.minimumBytesPerSecond = 1 << 30
        }
        let outcome = Recorder<String>()
        let handler: HTTPListener.Handler = { exchange in
            do {
                try await exchange.respond(status: 200, body: [UInt8](repeating: 0, count: 32 << 20))
                outcome.record("sent")
            } catch {
                outcome.record("\(error)")
            }
        }
        try await withListener(limits: limits, handler: handler) { port in
            try await blocking {
                let connection = try RawConnection(port: port, receiveBuffer: 4096)
                connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                Thread.sleep(forTimeInterval: 1.5)
            }
        }
        #expect(outcome.values.count == 1)
        #expect(outcome.values.first?.contains("closed the connection") == true)
    }

    @Test func tooLongABodyIsRefused() async throws {
        let limits = limits { $0.maximumBodyBytes = 1000 }
        try await withListener(limits: limits, handler: echo) { port in
            let known = try await conversation(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
            #expect(known.hasPrefix("HTTP/1.1 413 "))
            let chunk = "200\r\n\(String(repeating: "x", count: 512))\r\n"
            let unknown = try await conversation(
                port, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)0\r\n\r\n")
            #expect(unknown.contains("sent a body over 1000 bytes"))
        }
    }

    @Test func aLongUploadThatIsNotReadDoesNotLoseTheAnswer() async throws {
        let handler: HTTPListener.Handler = { try? await $0.respond(status: 403, body: Array("no".utf8)) }
        try await withListener(handler: handler) { port in
            let folder = try Folder(bytes: 8 << 20)
            let result = try await tool(
                "curl", ["-sS", "-H", "Expect:", "--data-binary", "@\(folder.path)", "http://127.0.0.1:\(port)/"])
            #expect(result.text == "no")
        }
    }

    @Test func tooManyConnectionsAreClosed() async throws {
        let limits = limits { $0.maximumConnections = 2 }
        try await withListener(limits: limits) { port in
            let said = try await blocking {
                let first = try RawConnection(port: port)
                let second = try RawConnection(port: port)
                first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let served = [first.receive(), second.receive()]
                let third = try RawConnection(port: port)
                third.send(simpleRequest)
                return served + [third.receive()]
            }
            #expect(said[0]?.contains("hello") == true)
            #expect(said[1]?.contains("hello") == true)
            #expect(said[2] == nil)
        }
    }

    @Test func aHalfClosedClientGetsItsAnswer() async throws {
        let handler: HTTPListener.Handler = { exchange in
            try? await Task.sleep(for: .milliseconds(200))
            await answerOK(exchange)
        }
        let said = try await withListener(handler: handler) { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                connection.endOutput()
                return connection.receiveAll()
            }
        }
        #expect(said.hasSuffix("hello\n"))
    }

    enum Departure: String, CaseIterable, Sendable { case close, reset, closeWithinBody }

    @Test(arguments: Departure.allCases) func aVanishedClientCancelsTheHandler(_ departure: Departure) async throws {
        let limits = limits { $0.halfClosedGrace = .milliseconds(200) }
        let outcome = Recorder<String>()
        let handler: HTTPListener.Handler = { exchange in
            do {
                if departure == .closeWithinBody {
                    _ = try await body(of: exchange)
                } else {
                    try await Task.sleep(for: .seconds(20))
                }
                outcome.record("undisturbed")
            } catch {
                outcome.record("\(error)")
            }
        }
        try await withListener(limits: limits, handler: handler) { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab")
                if departure != .closeWithinBody { connection.send("c") }
                Thread.sleep(forTimeInterval: 0.2)
                if departure == .reset { connection.reset() }
            }
            for _ in 0..<100 where outcome.values.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(outcome.values == [departure == .closeWithinBody ? outcome.values.first ?? "" : "CancellationError()"])
        #expect(outcome.values.first != "undisturbed")
    }

    @Test func workAfterTheAnswerGoesOnWithoutTheClient() async throws {
        let outcome = Recorder<Bool>()
        let handler: HTTPListener.Handler = { exchange in
            await answerOK(exchange)
            try? await Task.sleep(for: .milliseconds(300))
            outcome.record(Task.isCancelled)
        }
        try await withListener(handler: handler) { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = connection.receive()
                connection.reset()
            }
            try await becomesTrue { !outcome.values.isEmpty }
        }
        #expect(outcome.values == [false])
    }

    @Test(arguments: [false, true]) func aBigUploadTakesNoMemory(overTLS: Bool) async throws {
        let client = try TestIdentity.rsaClient()
        let folder = try Folder(bytes: 100 << 20)
        let before = residentBytes()
        let peak = Recorder<Int>()
        let handler: HTTPListener.Handler = { exchange in
            do {
                var count = 0
                while let chunk = try await exchange.nextBodyChunk() {
                    count += chunk.count
                    if count % (8 << 20) < chunk.count { peak.record(residentBytes()) }
                }
                try await exchange.respond(status: 200, body: Array("\(count)".utf8))
            } catch {}
        }
        try await withListener(tls: overTLS ? peerServer() : nil, handler: handler) { port in
            for encoding in [[], ["-H", "Transfer-Encoding: chunked"]] {
                let identity = ["--insecure", "--cert", client.chainPath, "--key", client.keyPath]
                let url = "\(overTLS ? "https" : "http")://127.0.0.1:\(port)/"
                let result = try await tool("curl", ["-sS", "-T", folder.path] + identity + encoding + [url])
                #expect(result.text == "\(100 << 20)")
            }
        }
        #expect((peak.values.max() ?? .max) - before < 24 << 20)
    }
}
