import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// What the connections of one listener have in common.
final class ListenerService: Sendable {
    let tls: Mutex<TLSContext?>
    let limits: ListenerLimits
    let log: Logger
    let handler: HTTPListener.Handler
    let registry: ConnectionRegistry
    let channel = Mutex<(any Channel)?>(nil)

    init(tls: TLSContext?, limits: ListenerLimits, log: Logger, handler: @escaping HTTPListener.Handler) {
        self.tls = Mutex(tls)
        self.limits = limits
        self.log = log
        self.handler = handler
        registry = ConnectionRegistry(maximum: limits.maximumConnections)
    }

    /// On the connection's event loop. A failure closes the connection.
    func setUp(_ channel: any Channel, from process: PeerProcess? = nil) throws {
        let remote = NetworkEndpoint(channel.remoteAddress)
        guard registry.admit(channel) else {
            log.warning("too many connections", metadata: ["client": "\(remote)", "limit": "\(registry.maximum)"])
            throw NetworkingFailure.tooManyConnections(remote, limit: registry.maximum)
        }
        let pipeline = channel.pipeline.syncOperations
        let tls = tls.withLock { $0 }
        if let tls {
            let connection = try TLSConnection(context: tls)
            let limits = TLSLimits(handshake: TimeAmount(limits.handshakeTimeout), ending: TimeAmount(limits.lingerTimeout))
            try pipeline.addHandler(TLSHandler(connection: connection, remote: remote, limits: limits))
        } else {
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
        }
        var parser = NIOHTTPDecoderLimitConfiguration()
        parser.maxHeaderFieldSize = limits.maximumHeadBytes
        parser.maxHeaderListSize = limits.maximumHeadBytes
        parser.maxHeaderFieldCount = limits.maximumHeaderFields
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: parser)))
        try pipeline.addHandler(HTTPServerConnection(service: self, isTLS: tls != nil, process: process))
    }

    /// Unused connections end now, the others with their request.
    func announceShutdown() {
        for channel in registry.channels { channel.pipeline.fireUserInboundEventTriggered(ListenerIsShuttingDown()) }
    }

    /// Waits for what is in flight, then cuts it off.
    func drain() async {
        // Once more for connections that were being set up.
        announceShutdown()
        guard await !becomesIdle(within: limits.shutdownTimeout) else { return }
        log.warning("requests cut off by shutdown", metadata: ["connections": "\(registry.connectionCount)"])
        for channel in registry.channels { channel.close(promise: nil) }
        _ = await becomesIdle(within: .seconds(5))
    }

    /// Looks every 20 ms, which is soon enough for a shutdown. False at once in a cancelled task.
    private func becomesIdle(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !registry.isIdle {
            guard ContinuousClock.now < deadline, (try? await Task.sleep(for: .milliseconds(20))) != nil else { return false }
        }
        return true
    }
}
