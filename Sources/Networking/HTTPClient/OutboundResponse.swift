/// A response whose body is read in chunks. Not reading slows the sender down; letting go of the value ends the transfer.
package final class OutboundResponse: Sendable {
    package let status: Int
    /// The words after the status; often empty.
    package let reason: String
    /// In the order received, repeated names as received.
    package let headers: [OutboundField]
    private let exchange: OutboundExchange

    init(_ head: ReceivedHead, _ exchange: OutboundExchange) {
        status = head.status
        reason = head.reason
        headers = head.headers
        self.exchange = exchange
    }

    /// The body's next bytes; nil at its end. For one task at a time.
    package func nextChunk() async throws(NetworkingFailure) -> [UInt8]? { try await exchange.chunk() }

    /// The whole (rest of the) body; the request's `responseBytes` bounds it.
    package func collect() async throws(NetworkingFailure) -> [UInt8] {
        var body: [UInt8] = []
        while let chunk = try await nextChunk() {
            if body.isEmpty { body = chunk } else { body += chunk }
        }
        return body
    }

    /// The first header of that name.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
