import Logging
import NIOPosix
import Networking
import Synchronization
import Testing

/// An HTTP request as a service or a peer received it.
struct ReceivedHTTP: Sendable {
    let method: String
    let target: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    func values(_ name: String) -> [String] { headers.filter { $0.name.lowercased() == name }.map(\.value) }
}

/// The answer that a test wants to be given.
struct ScriptedAnswer: Sendable {
    var status = 200
    var reason: String?
    var headers: [(String, String)] = [("Content-Type", "application/json")]
    var body: [UInt8] = []
    /// Closes the connection before all is sent that `Content-Length` promises; without a body before anything is sent.
    var isCutOff = false
}

/// A server that answers by a script and keeps what it was asked: an institution's service, or a peer that does not play by the rules.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (ReceivedHTTP) async throws -> ScriptedAnswer

    private struct State {
        var script: Script
        var received: [ReceivedHTTP] = []
    }

    private let state: Mutex<State>
    let port: Int

    init(
        address: String = "127.0.0.1", port: Int = 0, tls: TLSContext? = nil, group: MultiThreadedEventLoopGroup,
        _ script: @escaping Script = { _ in ScriptedAnswer() }
    ) async throws {
        state = Mutex(State(script: script))
        let handler = Handler()
        let listener = HTTPListener(
            address: address, port: port, tls: tls, group: group, log: Logger(label: "script") { _ in SwiftLogNoOpLogHandler() },
            handler: { exchange in await handler.server.withLock { $0 }?.answer(exchange) })
        self.port = try await listener.bind()
        handler.server.withLock { $0 = self }
    }

    /// Breaks the circle of server and listener at its start.
    private final class Handler: Sendable {
        let server = Mutex<ScriptedServer?>(nil)
    }

    func answer(with script: @escaping Script) { state.withLock { $0.script = script } }
    func answer(_ answer: ScriptedAnswer) { self.answer { _ in answer } }

    var received: [ReceivedHTTP] { state.withLock { $0.received } }

    private func answer(_ exchange: HTTPServerExchange) async {
        do {
            var body: [UInt8] = []
            while let piece = try await exchange.nextBodyChunk() { body += piece }
            let request = ReceivedHTTP(method: exchange.method, target: exchange.target, headers: exchange.headers, body: body)
            let script = state.withLock {
                $0.received.append(request)
                return $0.script
            }
            let answer: ScriptedAnswer
            do { answer = try await script(request) } catch {
                Issue.record("the script failed: \(error)")
                throw error
            }
            guard answer.isCutOff else {
                return try await exchange.respond(
                    status: answer.status, reason: answer.reason, headers: answer.headers, body: answer.body)
            }
            let length = ("Content-Length", String(answer.body.count + 1000))
            try await exchange.startResponse(status: answer.status, headers: answer.headers + [length])
            if !answer.body.isEmpty { try await exchange.write(answer.body) }
            try await exchange.endResponse()
        } catch {
            // The connection is cut off, which the test sees.
        }
    }
}
