/// Why something on the network did not work, grouped by blame. The text names host, port and the failing link; it is for logs
/// and diagnostics and is never sent to a peer as it stands.
package enum NetworkingFailure: Error, Equatable, Sendable {
    // The far end or the way to it
    /// The name has no address.
    case unresolved(NetworkEndpoint, reason: String)
    case refused(NetworkEndpoint)
    /// No connection for any other reason: no route, network down.
    case unreachable(NetworkEndpoint, reason: String)
    case timedOut(NetworkEndpoint, NetworkPhase, limit: TimeLimit? = nil)
    /// `reason` holds OpenSSL's reason and the alert that was sent or received.
    case handshakeFailed(NetworkEndpoint, reason: String)
    /// The peer did not present the certificate that this side requires.
    case certificateMissing(NetworkEndpoint)
    /// A connection ended without any byte of an answer. Only here may a request that can be replayed be sent again.
    case connectionClosedBeforeResponse(NetworkEndpoint)
    case connectionClosed(NetworkEndpoint, NetworkPhase)
    /// What arrived breaks TLS or HTTP.
    case protocolViolation(NetworkEndpoint, reason: String)
    /// A length limit of this side, in bytes.
    case bodyTooLarge(NetworkEndpoint, limit: Int)

    // The caller
    /// URL, header or body that cannot be sent as given.
    case invalidRequest(reason: String)
    /// The source of a request's body failed or gave another length than declared.
    case requestBodyFailed(NetworkEndpoint, reason: String)
    case cancelled

    // This side
    /// The egress policy does not allow the address that the name has.
    case forbiddenAddress(NetworkEndpoint, address: String)
    case clientClosed
    case clientFailed(reason: String)
    /// A body is larger than its spool may become, in bytes.
    case bodyOverSpoolLimit(limit: Int)
    case spoolFailed(step: String, reason: String)
    case tooManyConnections(NetworkEndpoint, limit: Int)
    case cannotListen(ListenerPlace, reason: String)
    /// Certificate, key or cipher settings that OpenSSL does not take.
    case unusableTLSConfiguration(reason: String)
    /// The caller broke the order of calls, for example a second answer to one request.
    case misuse(reason: String)
}

/// One end of a connection. IPv6 addresses have no brackets here; a Unix-domain socket has its path for a host, and port 0.
package struct NetworkEndpoint: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String {
        if host.utf8.first == UInt8(ascii: "/") { return host }
        return host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// What was going on when time ran out or a connection ended.
package enum NetworkPhase: String, Sendable {
    case connect
    case handshake = "TLS handshake"
    case requestHead = "request head"
    case requestBody = "request body"
    case responseHead = "response head"
    case responseBody = "response body"
}

/// The time that ran out.
package struct TimeLimit: Hashable, Sendable, CustomStringConvertible {
    package enum Name: String, Sendable { case connect, idle, total }

    package let name: Name
    package let milliseconds: Int

    package init(_ name: Name, milliseconds: Int) {
        self.name = name
        self.milliseconds = milliseconds
    }

    package var description: String { "\(name.rawValue) limit of \(milliseconds) ms" }
}

extension NetworkingFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unresolved(let endpoint, let reason): "the name of \(endpoint) has no address: \(reason)"
        case .refused(let endpoint): "\(endpoint) refused the connection"
        case .unreachable(let endpoint, let reason): "\(endpoint) cannot be reached: \(reason)"
        case .timedOut(let endpoint, let phase, let limit):
            "\(endpoint) took too long in phase \(phase.rawValue)" + (limit.map { ": \($0)" } ?? "")
        case .handshakeFailed(let endpoint, let reason): "TLS handshake with \(endpoint) failed: \(reason)"
        case .certificateMissing(let endpoint): "\(endpoint) presented no TLS certificate"
        case .connectionClosedBeforeResponse(let endpoint): "\(endpoint) closed the connection before it answered"
        case .connectionClosed(let endpoint, let phase): "\(endpoint) closed the connection in phase \(phase.rawValue)"
        case .protocolViolation(let endpoint, let reason): "\(endpoint) broke the protocol: \(reason)"
        case .bodyTooLarge(let endpoint, let limit): "\(endpoint) sent a body over \(limit) bytes"
        case .tooManyConnections(let endpoint, let limit): "already \(limit) connections to \(endpoint)"
        case .cannotListen(let place, let reason): "cannot listen on \(place): \(reason)"
        case .unusableTLSConfiguration(let reason): "unusable TLS configuration: \(reason)"
        case .misuse(let reason): "wrong use of a connection: \(reason)"
        case .invalidRequest(let reason): "unacceptable request: \(reason)"
        case .requestBodyFailed(let endpoint, let reason): "the body of the request to \(endpoint) failed: \(reason)"
        case .cancelled: "cancelled"
        case .forbiddenAddress(let endpoint, let address): "connections to \(endpoint) at \(address) are forbidden"
        case .clientClosed: "the HTTP client is closed"
        case .clientFailed(let reason): "the HTTP client failed: \(reason)"
        case .bodyOverSpoolLimit(let limit): "a body over \(limit) bytes"
        case .spoolFailed(let step, let reason): "the body spool failed (\(step)): \(reason)"
        }
    }
}
