import NIOCore
import NIOHTTP1

/// The request that a connection is serving. Belongs to the connection's event loop.
final class ServerRequest {
    enum Response {
        case notStarted
        /// The head leaves with the first bytes of the body.
        case streaming(BodyFraming, unsentHead: ByteBuffer?)
        case ended
    }

    let number: Int
    let method: HTTPMethod
    let version: HTTPVersion
    var keepsAlive: Bool
    var response = Response.notStarted
    var task: Task<Void, Never>?

    /// The client waits for 100 (Continue) before it sends the body.
    var awaitsContinue: Bool
    var bodyBytes = 0
    var bodyHasEnded = false
    /// All further reads fail with it.
    var bodyFailure: NetworkingFailure?
    /// The handler that waits for body bytes.
    var reader: Waiter<[UInt8]?>?
    var readerSince = NIODeadline.now()
    /// How long the handler has waited for body bytes so far.
    var waited = TimeAmount.zero

    init(number: Int, head: HTTPRequestHead) {
        self.number = number
        method = head.method
        version = head.version
        // NIO's parser stops at a request that asks for another protocol: none is spoken here, and nothing can follow.
        keepsAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
        awaitsContinue = head.version == .http1_1 && head.headers.contains(name: "expect")
    }

    /// For a client that is gone. What a handler does after its answer (a record of the exchange) is its own affair.
    func cancelUnlessAnswered() {
        if case .ended = response { return }
        task?.cancel()
    }

    func mayHaveResponseBody(status: Int) -> Bool { method != .HEAD && status != 204 && status != 304 }
}
