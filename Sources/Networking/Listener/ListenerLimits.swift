import NIOCore

/// The bounds of a listener. All are finite; the defaults suit a security server that faces institutions, not the open web.
package struct ListenerLimits: Sendable {
    /// Open connections, over which a new one is closed at once. Each may need a file descriptor for its socket and one to serve it.
    package var maximumConnections = 4096
    /// Request target and header fields together, and each alone: 431 beyond.
    package var maximumHeadBytes = 32 * 1024
    package var maximumHeaderFields = 100
    /// 413 beyond, where the request says its length; else the handler's read fails.
    package var maximumBodyBytes = 10 << 30
    package var handshakeTimeout = Duration.seconds(10)
    /// From the connection, or the end of its handshake, to the end of the first request's head.
    package var headTimeout = Duration.seconds(10)
    /// From an answer to the end of the next request's head.
    package var idleTimeout = Duration.seconds(60)
    /// How long a handler waits for body bytes, all waits of a request taken together, on top of what `minimumBytesPerSecond` allows.
    package var bodyTimeout = Duration.seconds(30)
    /// How long one write may take on top of what `minimumBytesPerSecond` allows.
    package var writeTimeout = Duration.seconds(30)
    /// Slower clients are given up in both directions.
    package var minimumBytesPerSecond = 1024
    /// How long a handler may go on for a client that ended its side of a plain connection after the request: it may wait for the
    /// answer, or be gone. Then the task is cancelled.
    package var halfClosedGrace = Duration.seconds(5)
    /// How long unread input is thrown away after the last answer, so that the client can read that answer.
    package var lingerTimeout = Duration.seconds(2)
    /// How long requests in flight may go on when the service shuts down.
    package var shutdownTimeout = Duration.seconds(30)

    package init() {}

    /// What `bytes` may take beyond a timeout.
    func allowance(for bytes: Int) -> TimeAmount { .seconds(Int64(bytes / max(1, minimumBytesPerSecond))) }
}

extension TimeAmount {
    /// NIO's form of a duration; 292 years at most.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self =
            overflow
            ? .nanoseconds(.max) : .nanoseconds(nanoseconds.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue)
    }
}
