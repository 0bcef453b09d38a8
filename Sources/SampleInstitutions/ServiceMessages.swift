/// What a service is asked and what it answers, apart from any socket.
struct ServiceRequest: Sendable {
    let method: String
    let path: String
    /// Percent-encoded, without the question mark; nil where there is none.
    let query: String?
    let contentType: String?
    let body: [UInt8]

    /// `target` as in the HTTP request line: a path, and a query after a question mark.
    init(method: String, target: String, contentType: String? = nil, body: [UInt8] = []) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.method = method
        path = String(parts[0])
        query = parts.count == 2 ? String(parts[1]) : nil
        self.contentType = contentType
        self.body = body
    }
}

struct ServiceAnswer: Sendable, Equatable {
    let status: Int
    let contentType: String
    let body: [UInt8]
    /// The header Allow, which an answer with status 405 must have (RFC 9110 15.5.6).
    var allowedMethods: String?

    init(status: Int = 200, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// A sample institution's service: bytes in, bytes out.
protocol SampleService: Sendable {
    func answer(_ request: ServiceRequest) -> ServiceAnswer
}
