import AccessPolicy
import MessageCodecs

/// A call as the listener received it, from an information system or from a peer: the head is complete, the body is read on demand.
package final class IncomingCall: Sendable {
    package let method: String
    /// The request target as received, not decoded.
    package let target: String
    /// In the order received; names as received.
    package let headers: [(name: String, value: String)]
    package let remoteAddress: String
    package let connection: ObservedConnection
    /// The certificates that the caller presented in a TLS handshake (DER, its own first); empty without TLS.
    package let certificates: [[UInt8]]
    package let body: any BodySource

    package init(
        method: String, target: String, headers: [(name: String, value: String)], remoteAddress: String,
        connection: ObservedConnection, certificates: [[UInt8]], body: any BodySource
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.remoteAddress = remoteAddress
        self.connection = connection
        self.certificates = certificates
        self.body = body
    }

    /// The values of a header, whatever the case of its name.
    package func values(_ name: String) -> [String] {
        headers.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
    }
}

/// Bytes that arrive piece by piece; nothing is read ahead of the demand.
package protocol BodySource: Sendable {
    /// The next piece, never empty; nil after the last.
    func next() async throws(TransferFailure) -> [UInt8]?
}

/// Why bytes could not be read from or written to the other end of a connection.
package enum TransferFailure: Error, Sendable, Equatable {
    case closed(String)
    case timedOut(String)
    case overLimit(bytes: Int)
    case failed(String)
}

/// The way back to the caller. One call of `respond`, or `start`, any number of `write`, and `end`.
package protocol CallerReply: Sendable {
    func respond(status: Int, headers: [(name: String, value: String)], body: [UInt8]) async throws(TransferFailure)
    func start(status: Int, headers: [(name: String, value: String)]) async throws(TransferFailure)
    func write(_ bytes: [UInt8]) async throws(TransferFailure)
    func end() async throws(TransferFailure)
}
