import NIOHTTP1

/// One request and its answer. Its functions may be called from any task; they wait for the connection's event loop, where the
/// handler's own task runs anyway. When the client goes away before its answer is complete, that task is cancelled and every call
/// fails.
package final class HTTPServerExchange: Sendable {
    package let method: String
    /// The request target as it was sent, in no way decoded or normalised.
    package let target: String
    /// In the order and spelling in which they were sent.
    package let headers: [(name: String, value: String)]
    package let remoteAddress: NetworkEndpoint
    package let localAddress: NetworkEndpoint
    /// Nil on a connection without TLS.
    package let tls: TLSPeer?
    /// Who connected to a Unix-domain socket; nil on a network connection.
    package let process: PeerProcess?

    private let number: Int
    private let connection: LoopConfined<HTTPServerConnection>

    init(number: Int, head: HTTPRequestHead, connection: HTTPServerConnection, confined: LoopConfined<HTTPServerConnection>) {
        self.number = number
        self.connection = confined
        method = head.method.rawValue
        target = head.uri
        headers = head.headers.map { ($0.name, $0.value) }
        remoteAddress = connection.remote
        localAddress = connection.local
        tls = connection.peer
        process = connection.process
    }

    package var isTLS: Bool { tls != nil }
    /// DER of what the client proved to hold the key of. Whose it is, and whether it is still good, is for the caller to decide.
    package var peerCertificate: [UInt8]? { tls?.certificates.first }
    /// DER, leaf first, as the client sent it.
    package var peerCertificateChain: [[UInt8]] { tls?.certificates ?? [] }
    package var tlsVersion: String? { tls?.version }
    package var tlsCipher: String? { tls?.suite }

    /// All values of a field, in order.
    package func values(of name: String) -> [String] {
        headers.lazy.filter { $0.name.isSameField(as: name) }.map { $0.value }
    }

    /// The next bytes of the body, at most 64 KiB, or nil at its end. Nothing is read from the socket before the first call, and a
    /// client that asked for 100 (Continue) gets it then.
    package func nextBodyChunk() async throws(NetworkingFailure) -> [UInt8]? {
        try await connection.call { [number] in $0.nextBodyChunk(of: number, $1) }
    }

    /// The whole answer in one write. Content-Length, Transfer-Encoding, Connection and Date are set by the server. Fails with
    /// `misuse` for a field that would break out of its line; another answer can follow then.
    package func respond(
        status: Int, reason: String? = nil, headers: [(String, String)] = [], body: [UInt8] = []
    ) async throws(NetworkingFailure) {
        let answer = HTTPServerConnection.Answer(status: status, reason: reason, fields: headers)
        try await connection.call { [number] in $0.respond(to: number, answer, body: body, $1) }
    }

    /// The head of an answer whose body follows in pieces; it leaves with the first of them. With a Content-Length among the fields
    /// that is the body's length, else chunks tell its end.
    package func startResponse(
        status: Int, reason: String? = nil, headers: [(String, String)] = []
    ) async throws(NetworkingFailure) {
        let answer = HTTPServerConnection.Answer(status: status, reason: reason, fields: headers)
        try await connection.call { [number] in $0.startResponse(to: number, answer, $1) }
    }

    /// Returns when the operating system has taken the bytes.
    package func write(_ bytes: [UInt8]) async throws(NetworkingFailure) {
        try await connection.call { [number] in $0.write(to: number, bytes, $1) }
    }

    /// Without it the client sees an answer that was cut off.
    package func endResponse() async throws(NetworkingFailure) {
        try await connection.call { [number] in $0.endResponse(to: number, $1) }
    }
}
