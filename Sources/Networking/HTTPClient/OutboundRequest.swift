/// A request to a service or to anything else outside, sent as it is given: the client adds `Host`, `Content-Length` or
/// `Transfer-Encoding`, and nothing else.
package struct OutboundRequest: Sendable {
    package var method: OutboundMethod
    /// `http` or `https`, sent without normalising its path.
    package var url: String
    /// In order, repeated names as given. The names in `OutboundField.setByClient` are refused.
    package var headers: [OutboundField]
    package var body: OutboundBody
    package var limits: OutboundLimits
    package var tls: OutboundTLS
    /// Path of a Unix-domain socket to connect to in place of the URL's host; the egress policy is about networks and not asked.
    package var unixSocket: String?

    package init(
        _ method: OutboundMethod = .get, _ url: String, headers: [OutboundField] = [], body: OutboundBody = .none,
        limits: OutboundLimits = OutboundLimits(), tls: OutboundTLS = .authorities([])
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.tls = tls
    }
}

/// The methods a REST service may be called with (PR-REST 4.1), and TRACE.
package enum OutboundMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case trace = "TRACE"
}

/// One header line. Values that are not UTF-8 were read as ISO-8859-1.
package struct OutboundField: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// They follow from the URL, the body and the connection (RFC 9110 7.2, 7.6.1, 8.6, 10.1.1; RFC 9112 6.1).
    static let setByClient: Set<String> = ["host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"]
}

/// What a request carries. A body is sent once: a request whose connection is lost after the first byte of its body fails.
package enum OutboundBody: Sendable {
    /// For POST, PUT and PATCH the same as no bytes: they say `Content-Length: 0`.
    case none
    case bytes([UInt8])
    /// Chunks until nil. With a length exactly so many bytes, else in chunked coding. Asked for the next chunk only when the
    /// connection takes it; what it throws fails the request.
    case stream(length: Int?, next: @Sendable () async throws -> [UInt8]?)
}

/// Every limit is finite; exceeding one is a failure that names it.
package struct OutboundLimits: Hashable, Sendable {
    /// Resolving, connecting and TLS.
    package var connectMilliseconds = 10_000
    /// From start to the end of the response's body.
    package var totalMilliseconds = 120_000
    /// Without a byte in either direction, while the other end is the one that waits.
    package var idleMilliseconds = 60_000
    /// Of the response's body.
    package var responseBytes = 10 << 20
    /// Of the response's status line and headers.
    package var headBytes = 64 << 10

    package init() {}
}
