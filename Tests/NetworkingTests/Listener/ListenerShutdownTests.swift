import NIOPosix
import ServiceLifecycle
import Testing

@testable import Networking

@Suite struct ListenerShutdownTests {
    private func listener(_ limits: ListenerLimits, _ handler: @escaping HTTPListener.Handler) -> HTTPListener {
        HTTPListener(
            address: "127.0.0.1", port: 0, tls: nil, limits: limits, group: MultiThreadedEventLoopGroup.singleton, log: silent,
            handler: handler)
    }

    /// Starts a request, shuts down while it is handled, and gives what the client saw and how long the shutdown took.
    private func shutDown(
        _ limits: ListenerLimits, taking handling: Duration, ended: Recorder<String>
    ) async throws -> (String, Duration, Int) {
        let begun = Recorder<Void>()
        let listener = listener(limits) { exchange in
            begun.record(())
            do {
                try await Task.sleep(for: handling)
                try await exchange.respond(status: 200, body: Array("done".utf8))
                ended.record("done")
            } catch {
                ended.record("\(error)")
            }
        }
        let port = try await listener.bind()
        let group = ServiceGroup(services: [listener], logger: silent)
        async let service: Void = group.run()
        async let idle = conversation(port, "")
        async let said = conversation(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while begun.values.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let start = ContinuousClock.now
        await group.triggerGracefulShutdown()
        try await service
        let took = ContinuousClock.now - start
        _ = try await idle
        #expect(throws: TestIdentity.ToolFailure.self) { try RawConnection(port: port) }
        return (try await said, took, listener.connectionCount)
    }

    @Test func requestsInFlightEnd() async throws {
        let ended = Recorder<String>()
        let (said, took, left) = try await shutDown(ListenerLimits(), taking: .milliseconds(500), ended: ended)
        #expect(said.contains("Connection: close"))
        #expect(said.hasSuffix("done"))
        #expect(took > .milliseconds(300) && took < .seconds(5))
        #expect(ended.values == ["done"])
        #expect(left == 0)
    }

    @Test func whatTakesTooLongIsCutOff() async throws {
        var limits = ListenerLimits()
        limits.shutdownTimeout = .milliseconds(300)
        let ended = Recorder<String>()
        let (said, took, left) = try await shutDown(limits, taking: .seconds(30), ended: ended)
        #expect(said.isEmpty)
        #expect(took < .seconds(3))
        #expect(ended.values == ["CancellationError()"])
        #expect(left == 0)
    }

    @Test func aTakenPortIsNamed() async throws {
        let first = listener(ListenerLimits(), answerOK)
        let port = try await first.bind()
        #expect(first.port == port)
        let second = HTTPListener(
            address: "127.0.0.1", port: port, tls: nil, group: MultiThreadedEventLoopGroup.singleton, log: silent,
            handler: answerOK)
        let failure = await #expect(throws: NetworkingFailure.self) { try await second.bind() }
        #expect("\(failure.map { "\($0)" } ?? "")".hasPrefix("cannot listen on 127.0.0.1:\(port): "))
        let service = Task { try await first.run() }
        service.cancel()
        try await service.value
    }
}
