import PKI

/// Opens connections to other security servers (PR-MESSTRANSP 2.1, port 5500).
package protocol PeerConnecting: Sendable {
    /// A connection that may have been used before. TLS is up and the peer holds the key of its certificate; nothing else is proved.
    func connect(to address: String) async throws(PeerFailure) -> any PeerChannel
}

/// One request and its answer over a connection to another security server.
package protocol PeerChannel: Sendable {
    /// As presented in the handshake, DER, the peer's own first.
    var certificates: [[UInt8]] { get }
    func send(path: String, headers: [(name: String, value: String)], body: [UInt8]) async throws(PeerFailure)
    func startRequest(path: String, headers: [(name: String, value: String)]) async throws(PeerFailure)
    func write(_ bytes: [UInt8]) async throws(PeerFailure)
    func end() async throws(PeerFailure)
    func answerHead() async throws(PeerFailure) -> (status: Int, headers: [(name: String, value: String)])
    /// The next piece of the answer's body; nil after the last.
    func nextAnswerBytes() async throws(PeerFailure) -> [UInt8]?
    /// Back to the pool when the answer was read to its end, closed otherwise. Calling it again does nothing.
    func release(reusable: Bool)
}

/// Why another security server could not be talked to. `address` is the host or host and port that was tried.
package enum PeerFailure: Error, Sendable, Equatable {
    case unknownHost(address: String, reason: String)
    case unreachable(address: String, reason: String)
    case handshake(address: String, reason: String)
    case closed(address: String, reason: String)
    case timedOut(address: String, phase: String)
    case malformed(address: String, reason: String)
}

/// Asks a peer's relay for the OCSP responses of its certificates (PR-MESSTRANSP 2.2, port 5577).
package protocol OCSPFetching: Sendable {
    /// One response per certificate, in order.
    func responses(from address: String, certificates: [Certificate]) async throws(PeerFailure) -> [OCSPResponse]
}
