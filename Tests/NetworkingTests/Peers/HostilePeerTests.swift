import Testing

@testable import Networking

/// Answers that break HTTP or end where they must not.
@Suite struct HostilePeerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let reply: String
        let ending: ScriptedPeer.Ending
        let failure: @Sendable (NetworkEndpoint) -> NetworkingFailure?
        var testDescription: String { name }
    }

    private static let closedInBody: @Sendable (NetworkEndpoint) -> NetworkingFailure? = { .connectionClosed($0, .responseBody) }
    private static let closedInHead: @Sendable (NetworkEndpoint) -> NetworkingFailure? = { .connectionClosed($0, .responseHead) }
    private static let head = "HTTP/1.1 200 OK\r\n"

    static let cases = [
        Case(name: "body until the end", reply: head + "\r\nbody", ending: .orderly, failure: { _ in nil }),
        Case(name: "body until an end without close_notify", reply: head + "\r\nbody", ending: .truncated, failure: closedInBody),
        Case(
            name: "complete body without close_notify", reply: head + "Content-Length: 4\r\n\r\nbody", ending: .truncated,
            failure: { _ in nil }),
        Case(
            name: "body shorter than its length", reply: head + "Content-Length: 5\r\n\r\nbody", ending: .orderly,
            failure: closedInBody),
        Case(
            name: "chunks without their end", reply: head + "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n", ending: .orderly,
            failure: closedInBody),
        Case(name: "part of a head", reply: "HTTP/1.1 200", ending: .orderly, failure: closedInHead),
        Case(name: "part of a head, truncated", reply: "HTTP/1.1 200", ending: .truncated, failure: closedInHead),
        Case(name: "nothing", reply: "", ending: .orderly, failure: { .connectionClosedBeforeResponse($0) }),
        Case(name: "nothing, truncated", reply: "", ending: .truncated, failure: { .connectionClosedBeforeResponse($0) }),
        Case(
            name: "interim answers first",
            reply: "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head + "Content-Length: 4\r\n\r\nbody",
            ending: .silence, failure: { _ in nil }),
        Case(
            name: "nothing but interim answers", reply: String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 1000),
            ending: .silence, failure: { .timedOut($0, .responseHead) }),
        Case(
            name: "body that stalls", reply: head + "Content-Length: 5\r\n\r\nbody", ending: .silence,
            failure: { .timedOut($0, .responseBody) }),
    ]

    private func client() throws -> PeerClient {
        var limits = PeerLimits()
        limits.responseTimeout = .seconds(1)
        limits.bodyTimeout = .seconds(1)
        return try peerClient(limits)
    }

    @Test(arguments: cases) func isTold(_ testCase: Case) async throws {
        let server = try await ScriptedPeer(testCase.reply, then: testCase.ending)
        let peer = NetworkEndpoint(host: "127.0.0.1", port: server.port)
        let connection = try await client().connect(host: peer.host, port: peer.port)
        if let failure = testCase.failure(peer) {
            await #expect(throws: failure) { _ = try await request(connection, "GET", body: "") }
        } else {
            #expect(try await request(connection, "GET", body: "").body == "body")
        }
        try await server.stop()
    }

    static let malformed = [
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 4\r\n\r\nbody", "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n",
    ]

    @Test(arguments: malformed) func malformedAnswersAreRefused(_ reply: String) async throws {
        let server = try await ScriptedPeer(reply, then: .silence)
        let connection = try await client().connect(host: "127.0.0.1", port: server.port)
        let failure = await #expect(throws: NetworkingFailure.self) { _ = try await request(connection, "GET", body: "") }
        guard case .protocolViolation? = failure else {
            Issue.record("\(failure.map { "\($0)" } ?? "")")
            return
        }
        try await server.stop()
    }

    @Test func aSecondAnswerSpoilsTheConnection() async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
        let server = try await ScriptedPeer(answer + answer, then: .silence)
        let client = try client()
        let connection = try await client.connect(host: "127.0.0.1", port: server.port)
        _ = try? await request(connection, "GET", body: "")
        connection.release(reusable: true)
        try await becomesTrue { client.openConnections == 0 && client.idleConnections == 0 }
        try await server.stop()
    }
}
