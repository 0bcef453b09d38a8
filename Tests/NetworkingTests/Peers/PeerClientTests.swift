import Foundation
import Testing

@testable import Networking

/// Our client against our listener.
@Suite struct PeerClientTests {
    @Test func reusesAConnectionAndItsApproval() async throws {
        try await withListener(tls: peerServer(), handler: echo) { port in
            let client = try peerClient()
            try await onOneEventLoop {
                for round in 0..<5 {
                    let connection = try await client.connect(host: "127.0.0.1", port: port)
                    #expect(connection.isReused == (round > 0))
                    #expect(connection.approval as? String == (round > 0 ? "approved" : nil))
                    connection.approval = "approved"
                    #expect(try await request(connection, "POST", "/a", body: "12345").body == "POST /a 5\n")
                    connection.release(reusable: true)
                    connection.release(reusable: true)
                }
            }
            #expect(client.idleConnections == 1)
            #expect(client.openConnections == 1)
            client.close()
            try await becomesTrue { client.openConnections == 0 }
        }
    }

    /// New times hold for the next request: neither an unused connection nor one in use meanwhile is used again.
    @Test func newLimitsNeedNewConnections() async throws {
        try await withListener(tls: peerServer(), handler: echo) { port in
            let client = try peerClient()
            try await onOneEventLoop {
                let unused = try await client.connect(host: "127.0.0.1", port: port)
                let used = try await client.connect(host: "127.0.0.1", port: port)
                _ = try await request(unused)
                unused.release(reusable: true)
                #expect(client.idleConnections == 1)
                client.replace(limits: PeerLimits())
                _ = try await request(used)
                used.release(reusable: true)
                let next = try await client.connect(host: "127.0.0.1", port: port)
                #expect(!next.isReused)
                _ = try await request(next)
                next.release(reusable: true)
                #expect(try await client.connect(host: "127.0.0.1", port: port).isReused)
            }
            client.close()
            try await becomesTrue { client.openConnections == 0 }
        }
    }

    enum Obstacle: String, CaseIterable, Sendable { case unreadAnswer, unsentEnd, notReusable, forgotten, serverCloses }

    @Test(arguments: Obstacle.allCases) func closesWhatCannotBeUsedAgain(_ obstacle: Obstacle) async throws {
        let handler: HTTPListener.Handler = { exchange in
            let close = obstacle == .serverCloses
            _ = try? await body(of: exchange)
            if close { try? await exchange.startResponse(status: 200) } else { await answerOK(exchange) }
            if close { try? await exchange.endResponse() }
        }
        try await withListener(tls: peerServer(), handler: handler) { port in
            let client = try peerClient()
            try await onOneEventLoop {
                let connection = try await client.connect(host: "127.0.0.1", port: port)
                let headers = obstacle == .serverCloses ? [("Connection", "close")] : []
                try await connection.sendHead(method: "POST", path: "/", headers: headers)
                if obstacle != .unsentEnd {
                    try await connection.end()
                    _ = try await connection.responseHead()
                }
                if obstacle == .notReusable || obstacle == .serverCloses {
                    while try await connection.nextResponseChunk() != nil {}
                }
                if obstacle != .forgotten { connection.release(reusable: obstacle != .notReusable) }
            }
            try await becomesTrue { client.openConnections == 0 }
            #expect(client.idleConnections == 0)
        }
    }

    @Test func dropsAConnectionThatTheServerClosed() async throws {
        var limits = ListenerLimits()
        limits.idleTimeout = .milliseconds(200)
        try await withListener(tls: peerServer(), limits: limits, handler: echo) { port in
            let client = try peerClient()
            try await onOneEventLoop {
                let connection = try await client.connect(host: "127.0.0.1", port: port)
                _ = try await request(connection)
                connection.release(reusable: true)
                #expect(client.idleConnections == 1)
                try await becomesTrue { client.idleConnections == 0 && client.openConnections == 0 }
                let next = try await client.connect(host: "127.0.0.1", port: port)
                #expect(!next.isReused)
                #expect(next.wasResumed)
                #expect(next.peerCertificate == (try TestIdentity.rsaServer().leaf))
                next.release(reusable: true)
            }
        }
    }

    @Test func tellsAConnectionThatEndedBeforeTheAnswer() async throws {
        let handler: HTTPListener.Handler = { exchange in
            if exchange.target == "/end" {
                // Cut off before a byte of the answer.
                try? await exchange.startResponse(status: 200)
            } else {
                await echo(exchange)
            }
        }
        try await withListener(tls: peerServer(), handler: handler) { port in
            let client = try peerClient()
            try await onOneEventLoop {
                let first = try await client.connect(host: "127.0.0.1", port: port)
                _ = try await request(first)
                first.release(reusable: true)
                let second = try await client.connect(host: "127.0.0.1", port: port)
                #expect(second.isReused)
                let endpoint = NetworkEndpoint(host: "127.0.0.1", port: port)
                await #expect(throws: NetworkingFailure.connectionClosedBeforeResponse(endpoint)) {
                    _ = try await request(second, "POST", "/end")
                }
                second.release(reusable: true)
            }
            try await becomesTrue { client.openConnections == 0 }
        }
    }

    @Test func tellsAnAnswerThatWasCutOff() async throws {
        let handler: HTTPListener.Handler = { exchange in
            try? await exchange.startResponse(status: 200)
            try? await exchange.write(Array("part".utf8))
        }
        try await withListener(tls: peerServer(), handler: handler) { port in
            let connection = try await peerClient().connect(host: "127.0.0.1", port: port)
            await #expect(throws: NetworkingFailure.connectionClosed(connection.peer, .responseBody)) {
                _ = try await request(connection)
            }
        }
    }

    @Test func readsAnEarlyAnswerAndLongBodies() async throws {
        let handler: HTTPListener.Handler = { exchange in
            do {
                try await exchange.startResponse(status: 200)
                while let chunk = try await exchange.nextBodyChunk() { try await exchange.write(chunk) }
                try await exchange.endResponse()
            } catch {}
        }
        try await withListener(tls: peerServer(), handler: handler) { port in
            let connection = try await peerClient().connect(host: "127.0.0.1", port: port)
            let count = 50
            let piece = [UInt8]((0..<100_003).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            try await connection.sendHead(method: "POST", path: "/", headers: [])
            async let sending: Void = {
                for _ in 0..<count { try await connection.write(piece) }
                try await connection.end()
            }()
            #expect(try await connection.responseHead().status == 200)
            var position = 0
            var isSame = true
            while let chunk = try await connection.nextResponseChunk() {
                let start = position % piece.count
                isSame = isSame && chunk.elementsEqual((piece + piece)[start..<start + chunk.count])
                position += chunk.count
            }
            try await sending
            #expect(position == piece.count * count)
            #expect(isSame)
            connection.release(reusable: true)
        }
    }

    @Test func limitsTimesAndSizes() async throws {
        var limits = PeerLimits()
        limits.responseTimeout = .milliseconds(300)
        limits.maximumBodyBytes = 1000
        limits.maximumConnectionsPerPeer = 2
        let bounds = limits
        let handler: HTTPListener.Handler = { exchange in
            if exchange.target == "/slow" { try? await Task.sleep(for: .seconds(20)) }
            _ = try? await body(of: exchange)
            try? await exchange.respond(status: 200, body: [UInt8](repeating: 65, count: 1001))
        }
        try await withListener(tls: peerServer(), handler: handler) { port in
            let client = try peerClient(bounds)
            let peer = NetworkEndpoint(host: "127.0.0.1", port: port)
            let slow = try await client.connect(host: peer.host, port: port)
            await #expect(throws: NetworkingFailure.timedOut(peer, .responseHead)) { _ = try await request(slow, "GET", "/slow") }
            try await becomesTrue { client.openConnections == 0 }
            let long = try await client.connect(host: peer.host, port: port)
            await #expect(throws: NetworkingFailure.bodyTooLarge(peer, limit: 1000)) { _ = try await request(long) }
            try await becomesTrue { client.openConnections == 0 }
            let held = [
                try await client.connect(host: peer.host, port: port), try await client.connect(host: peer.host, port: port),
            ]
            await #expect(throws: NetworkingFailure.tooManyConnections(peer, limit: 2)) {
                _ = try await client.connect(host: peer.host, port: port)
            }
            for connection in held { connection.release(reusable: false) }
        }
    }

    @Test func cancellationEndsEveryWait() async throws {
        try await withListener(tls: peerServer(), handler: { _ in try? await Task.sleep(for: .seconds(20)) }) { port in
            let client = try peerClient()
            let waiting = Task {
                let connection = try await client.connect(host: "127.0.0.1", port: port)
                return try await request(connection).status
            }
            try await becomesTrue { client.openConnections == 1 }
            try await Task.sleep(for: .milliseconds(200))
            let start = ContinuousClock.now
            waiting.cancel()
            await #expect(throws: NetworkingFailure.cancelled) { _ = try await waiting.value }
            #expect(ContinuousClock.now - start < .seconds(2))
            try await becomesTrue { client.openConnections == 0 }
        }
    }

    @Test func cancellationEndsAHandshakeThatHangs() async throws {
        // A listener without TLS never answers a ClientHello of which it waits for the rest.
        let silentServer = try SilentServer()
        let client = try peerClient()
        let waiting = Task { _ = try await client.connect(host: "127.0.0.1", port: silentServer.port) }
        try await Task.sleep(for: .milliseconds(200))
        waiting.cancel()
        await #expect(throws: NetworkingFailure.cancelled) { try await waiting.value }
        var limits = PeerLimits()
        limits.handshakeTimeout = .milliseconds(200)
        let peer = NetworkEndpoint(host: "127.0.0.1", port: silentServer.port)
        let hasty = try peerClient(limits)
        await #expect(throws: NetworkingFailure.timedOut(peer, .handshake)) {
            _ = try await hasty.connect(host: peer.host, port: peer.port)
        }
        try await becomesTrue { client.openConnections == 0 }
    }

    @Test func namesWhatCannotBeReached() async throws {
        let client = try peerClient()
        await #expect(throws: NetworkingFailure.refused(NetworkEndpoint(host: "127.0.0.1", port: 1))) {
            _ = try await client.connect(host: "127.0.0.1", port: 1)
        }
        let failure = await #expect(throws: NetworkingFailure.self) {
            _ = try await client.connect(host: "no-such-host.invalid", port: 5500)
        }
        guard case .unresolved? = failure else {
            Issue.record("\(failure.map { "\($0)" } ?? "")")
            return
        }
        try await becomesTrue { client.openConnections == 0 }
    }

    @Test func refusesHeadsThatBreakOut() async throws {
        try await withListener(tls: peerServer()) { port in
            let connection = try await peerClient().connect(host: "127.0.0.1", port: port)
            for (method, path, field) in [
                ("GET /x", "/", ("a", "b")), ("GET", "/ HTTP/1.1\r\nX: y", ("a", "b")), ("GET", "/", ("a", "b\r\nc: d")),
                ("GET", "/", ("a b", "c")),
            ] {
                await #expect(throws: NetworkingFailure.self) {
                    try await connection.sendHead(method: method, path: path, headers: [field])
                }
            }
            #expect(try await request(connection).status == 200)
        }
    }
}
