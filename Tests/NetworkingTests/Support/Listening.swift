import Logging
import NIOPosix

@testable import Networking

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A listener on a free port of 127.0.0.1 for as long as the body runs.
func withListener<Value: Sendable>(
    tls: TLSContext? = nil, limits: ListenerLimits = ListenerLimits(), handler: @escaping HTTPListener.Handler = answerOK,
    _ body: @Sendable @escaping (Int) async throws -> Value
) async throws -> Value {
    let listener = HTTPListener(
        address: "127.0.0.1", port: 0, tls: tls, limits: limits, group: MultiThreadedEventLoopGroup.singleton, log: silent,
        handler: handler)
    let port = try await listener.bind()
    let service = Task { try await listener.run() }
    defer { service.cancel() }
    return try await body(port)
}

@Sendable func answerOK(_ exchange: HTTPServerExchange) async {
    try? await exchange.respond(status: 200, headers: [("Content-Type", "text/plain")], body: Array("hello\n".utf8))
}

/// The whole body, or nil where it did not come.
func body(of exchange: HTTPServerExchange) async throws(NetworkingFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while let chunk = try await exchange.nextBodyChunk() { bytes += chunk }
    return bytes
}

/// Answers with method, length of the body and its first bytes.
@Sendable func echo(_ exchange: HTTPServerExchange) async {
    do {
        let received = try await body(of: exchange)
        try await exchange.respond(status: 200, body: Array("\(exchange.method) \(exchange.target) \(received.count)\n".utf8))
    } catch {
        try? await exchange.respond(status: 400, body: Array("\(error)".utf8))
    }
}
