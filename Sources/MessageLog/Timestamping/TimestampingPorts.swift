import XRoadModel

/// Posts a request to an authority over HTTP (RFC 3161 3.4).
package protocol TimestampAuthorityCalling: Sendable {
    /// Whatever came back, in bounded time and size; fails only where nothing did.
    func post(_ request: [UInt8], to url: String) async throws(TimestampingFailure) -> TimestampHTTPAnswer
}

package struct TimestampHTTPAnswer: Hashable, Sendable {
    package let status: Int
    package let contentType: String
    package let body: [UInt8]

    package init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// What time-stamping needs of the server around it.
package protocol TimestampingEnvironment: Sendable {
    func now() -> Instant

    /// By the global configuration of this moment; the reason where there is none that counts.
    func authorities() throws(TimestampingFailure) -> ApprovedTimestampAuthorities

    /// For the operator's log.
    func report(_ event: TimestampingEvent)
}

package enum TimestampingEvent: Equatable, Sendable {
    /// How many messages, by whom, at the token's time.
    case stamped(count: Int, authority: String, time: Instant)
    case authorityFailed(AuthorityFailure, retryAt: Instant)
    /// A batch is nearly as full as it may be: a shorter interval would keep it smaller.
    case batchNearlyFull(count: Int, limit: Int)
    /// The token is lost and the messages wait for another.
    case storeFailed(MessageLogFailure)
    case noAuthorities(reason: String)
}
