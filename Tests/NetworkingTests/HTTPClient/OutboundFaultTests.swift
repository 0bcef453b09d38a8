import Foundation
import Synchronization
import Testing

@testable import Networking

/// Services that are slow, broken, too large or not there.
@Suite struct OutboundFaultTests {
    private func failure(
        _ url: String, settings: OutboundSettings = OutboundSettings(), change: (inout OutboundRequest) -> Void = { _ in }
    ) async throws -> NetworkingFailure {
        var request = OutboundRequest(.get, url)
        change(&request)
        do throws(NetworkingFailure) {
            _ = try await OutboundHTTP(settings).request(request).collect()
        } catch {
            return error
        }
        throw Unexpected(text: "the request succeeded")
    }

    private func endpoint(_ server: ScriptedServer) -> NetworkEndpoint {
        NetworkEndpoint(host: "127.0.0.1", port: Int(server.port))
    }

    private struct Unexpected: Error { let text: String }

    private func scripted(_ answer: String, thenWait seconds: Double = 0) throws -> ScriptedServer {
        try ScriptedServer { connection in
            _ = connection.readHead()
            try connection.write(answer)
            Thread.sleep(forTimeInterval: seconds)
        }
    }

    @Test func refusedConnection() async throws {
        let port: UInt16
        do { port = try ScriptedServer { _ in }.port }
        let failure = try await failure("http://127.0.0.1:\(port)/")
        #expect(failure == .refused(NetworkEndpoint(host: "127.0.0.1", port: Int(port))))
    }

    @Test func unknownHost() async throws {
        let failure = try await failure("http://no-such-host.invalid/")
        guard case .unresolved(NetworkEndpoint(host: "no-such-host.invalid", port: 80), _) = failure else {
            throw Unexpected(text: "\(failure)")
        }
    }

    @Test func silentServiceExceedsIdleLimit() async throws {
        let server = try scripted("", thenWait: 30)
        let started = ContinuousClock.now
        let failure = try await failure(server.url) { $0.limits.idleMilliseconds = 300 }
        #expect(failure == .timedOut(endpoint(server), .responseHead, limit: TimeLimit(.idle, milliseconds: 300)))
        #expect(ContinuousClock.now - started < .seconds(20))
    }

    @Test func silenceOnAReusedConnectionExceedsIdleLimit() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            _ = connection.readHead()
            Thread.sleep(forTimeInterval: 30)
        }
        let client = OutboundHTTP()
        var request = OutboundRequest(.get, server.url)
        request.limits.idleMilliseconds = 300
        _ = try await client.request(request).collect()
        let failure = await #expect(throws: NetworkingFailure.self) { try await client.request(request) }
        #expect(failure == .timedOut(endpoint(server), .responseHead, limit: TimeLimit(.idle, milliseconds: 300)))
        #expect(server.connectionCount == 1)
    }

    @Test func stalledBodyExceedsIdleLimit() async throws {
        let server = try scripted("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", thenWait: 30)
        let failure = try await failure(server.url) { $0.limits.idleMilliseconds = 300 }
        #expect(failure == .timedOut(endpoint(server), .responseBody, limit: TimeLimit(.idle, milliseconds: 300)))
    }

    @Test func unreadRequestBodyExceedsIdleLimit() async throws {
        let server = try scripted("", thenWait: 30)
        let failure = try await failure(server.url) {
            $0.method = .post
            $0.body = .stream(length: nil, next: { [UInt8](repeating: 0, count: 1 << 20) })
            $0.limits.idleMilliseconds = 300
        }
        #expect(failure == .timedOut(endpoint(server), .requestBody, limit: TimeLimit(.idle, milliseconds: 300)))
    }

    /// The idle limit is the other end's: a source that takes its time does not use it up.
    @Test func slowSourceIsNotIdle() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            _ = connection.read(1)
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        var request = OutboundRequest(.post, server.url)
        request.limits.idleMilliseconds = 300
        let isGiven = Mutex(false)
        request.body = .stream(length: 1) {
            try await Task.sleep(for: .milliseconds(900))
            return isGiven.withLock { isGiven in
                defer { isGiven = true }
                return isGiven ? nil : [1]
            }
        }
        #expect(try await OutboundHTTP().request(request).status == 200)
    }

    @Test func drippingBodyExceedsTotalLimit() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readHead()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while true {
                try connection.write("a")
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
        let failure = try await failure(server.url) {
            $0.limits.idleMilliseconds = 900
            $0.limits.totalMilliseconds = 1000
        }
        #expect(failure == .timedOut(endpoint(server), .responseBody, limit: TimeLimit(.total, milliseconds: 1000)))
    }

    /// A listener with a full queue does not answer SYNs.
    @Test func unansweredConnectExceedsConnectLimit() async throws {
        let server = try FullListener()
        let failure = try await failure("http://127.0.0.1:\(server.port)/") { $0.limits.connectMilliseconds = 300 }
        let endpoint = NetworkEndpoint(host: "127.0.0.1", port: Int(server.port))
        #expect(failure == .timedOut(endpoint, .connect, limit: TimeLimit(.connect, milliseconds: 300)))
    }

    private static let garbage = [
        "not HTTP at all\r\n\r\n", "\0\0\0\0", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\na", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
    ]

    @Test(arguments: garbage)
    func garbageIsNoResponse(_ answer: String) async throws {
        let server = try scripted(answer)
        switch try await failure(server.url) {
        case .protocolViolation, .connectionClosed, .connectionClosedBeforeResponse, .clientFailed: break
        case let other: Issue.record("\(other)")
        }
    }

    @Test func closedWithoutAnswer() async throws {
        let server = try scripted("")
        #expect(try await failure(server.url) == .connectionClosedBeforeResponse(endpoint(server)))
    }

    @Test(arguments: ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
    func closedInBody(_ rest: String) async throws {
        let server = try scripted("HTTP/1.1 200 OK\r\n" + rest)
        #expect(try await failure(server.url) == .connectionClosed(endpoint(server), .responseBody))
    }

    @Test func bodyBeyondItsLimit() async throws {
        let server = try scripted("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "a", count: 2000))
        let failure = try await failure(server.url) { $0.limits.responseBytes = 1999 }
        #expect(failure == .bodyTooLarge(endpoint(server), limit: 1999))
    }

    @Test func headBeyondItsLimit() async throws {
        let server = try scripted("HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 5000) + "\r\n\r\n")
        let failure = try await failure(server.url) { $0.limits.headBytes = 4096 }
        #expect(failure == .protocolViolation(endpoint(server), reason: "a head over 4096 bytes"))
    }

    @Test func redirectIsAnAnswer() async throws {
        let other = try ScriptedServer { try $0.answerAll() }
        let server = try scripted("HTTP/1.1 302 Found\r\nLocation: \(other.url)/\r\nContent-Length: 0\r\n\r\n")
        let response = try await OutboundHTTP().request(OutboundRequest(.get, server.url))
        #expect(response.status == 302)
        #expect(response.header("location") == other.url + "/")
        #expect(other.connectionCount == 0)
    }

    @Test func interimResponsesArePassedOver() async throws {
        let server = try scripted(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 0\r\n\r\n"
        )
        let response = try await OutboundHTTP().request(OutboundRequest(.get, server.url))
        #expect(response.status == 200)
        #expect(response.headers == [OutboundField("A", "b"), OutboundField("Content-Length", "0")])
    }

    @Test func forbiddenAddress() async throws {
        let server = try ScriptedServer { try $0.answerAll() }
        var settings = OutboundSettings()
        settings.egress.forbidden = [.loopback]
        for host in ["127.0.0.1", "localhost"] {
            let failure = try await failure("http://\(host):\(server.port)/", settings: settings)
            guard case .forbiddenAddress = failure else { throw Unexpected(text: "\(failure)") }
        }
        let metadata = try await failure("http://169.254.169.254/")
        let endpoint = NetworkEndpoint(host: "169.254.169.254", port: 80)
        #expect(metadata == .forbiddenAddress(endpoint, address: "169.254.169.254"))
        #expect(server.connectionCount == 0)
    }

    @Test func bodySourceFails() async throws {
        let server = try ScriptedServer { connection in while connection.receive() != nil {} }
        for length in [Int?.none, 100] {
            let failure = try await failure(server.url) {
                $0.method = .post
                $0.body = .stream(length: length, next: { throw Unexpected(text: "source") })
            }
            #expect(failure == .requestBodyFailed(endpoint(server), reason: "Unexpected(text: \"source\")"))
        }
        let short = try await failure(server.url) {
            $0.method = .post
            $0.body = .stream(length: 5, next: { nil })
        }
        #expect(short == .requestBodyFailed(endpoint(server), reason: "fewer bytes than declared"))
        let long = try await failure(server.url) {
            $0.method = .post
            $0.body = .stream(length: 5, next: { [1, 2, 3] })
        }
        #expect(long == .requestBodyFailed(endpoint(server), reason: "more bytes than declared"))
    }

    /// A service is not called twice: a lost kept-alive connection fails a request with a body.
    @Test func requestWithBodyIsNotRepeated() async throws {
        let calls = Mutex(0)
        let server = try ScriptedServer { connection in
            for _ in 0..<2 {
                guard connection.readHead() != nil else { return }
                let number = calls.withLock { calls in
                    calls += 1
                    return calls
                }
                _ = connection.read(1)
                if number == 1 { try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
            }
        }
        let client = OutboundHTTP()
        let request = OutboundRequest(.post, server.url, body: .bytes([1]))
        _ = try await client.request(request).collect()
        let failure = await #expect(throws: NetworkingFailure.self) { try await client.request(request).collect() }
        #expect(failure == .connectionClosed(endpoint(server), .responseHead))
        #expect(calls.withLock { $0 } == 2)
    }

    @Test func cancellationEndsTheRequest() async throws {
        let server = try scripted("", thenWait: 30)
        let task = Task { try await failure(server.url) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        #expect(try await task.value == .cancelled)
    }

    @Test func closingTheClientEndsItsRequests() async throws {
        let server = try scripted("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", thenWait: 30)
        let client = OutboundHTTP()
        let response = try await client.request(OutboundRequest(.get, server.url))
        client.close()
        let failure = await #expect(throws: NetworkingFailure.self) { try await response.collect() }
        #expect(failure == .clientClosed)
        await #expect(throws: NetworkingFailure.self) { try await client.request(OutboundRequest(.get, server.url)) }
    }
}

/// A listening socket whose queue is full.
private final class FullListener {
    let port: UInt16
    private var descriptors: [Int32] = []

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptors.append(listener)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var fillers: [Int32] = []
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, length) == 0, listen(listener, 0) == 0, getsockname(listener, address, &length) == 0
                else { return false }
                for _ in 0..<4 {
                    let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                    fillers.append(filler)
                    _ = connect(filler, address, length)
                }
                return true
            }
        }
        descriptors += fillers
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
    }

    deinit { descriptors.forEach { close($0) } }
}
