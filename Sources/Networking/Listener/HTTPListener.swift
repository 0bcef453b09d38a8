import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

/// An HTTP/1.1 server on NIO's event loops. One task per request, run on the event loop of its connection.
package struct HTTPListener: Service {
    package typealias Handler = @Sendable (HTTPServerExchange) async -> Void

    private let endpoint: NetworkEndpoint
    private let group: any EventLoopGroup
    private let service: ListenerService

    /// Without `tls` the listener speaks plain HTTP. With port 0 the system chooses one.
    package init(
        address: String, port: Int, tls: TLSContext?, limits: ListenerLimits = ListenerLimits(), group: any EventLoopGroup,
        log: Logger, handler: @escaping Handler
    ) {
        endpoint = NetworkEndpoint(host: address, port: port)
        self.group = group
        service = ListenerService(tls: tls, limits: limits, log: log, handler: handler)
    }

    /// The port in use, or nil before `bind`.
    package var port: Int? { service.channel.withLock { $0?.localAddress?.port } }

    /// Open connections, for diagnostics.
    package var connectionCount: Int { service.registry.connectionCount }

    /// New connections get `tls` from now on; those that are open keep theirs. For a new key, certificate or trust configuration.
    package func replace(tls: TLSContext) { service.tls.withLock { $0 = tls } }

    /// Listens and serves from now on, and gives the port in use; `run` does it where it was not done before.
    @discardableResult
    package func bind() async throws(NetworkingFailure) -> Int {
        if let port { return port }
        do {
            let channel = try await bootstrap().bind(host: endpoint.host, port: endpoint.port).get()
            service.channel.withLock { $0 = channel }
            return channel.localAddress?.port ?? endpoint.port
        } catch {
            throw .cannotListen(endpoint, reason: "\(error)")
        }
    }

    /// Serves until the service group shuts down: then nothing new is accepted, requests in flight may end within
    /// `shutdownTimeout`, and the rest is cut off.
    package func run() async throws {
        try await bind()
        guard let channel = service.channel.withLock({ $0 }) else { return }
        await withTaskCancellationOrGracefulShutdownHandler {
            try? await channel.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            channel.close(promise: nil)
            service.announceShutdown()
        }
        await service.drain()
    }

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { [service] channel in
                channel.eventLoop.makeCompletedFuture { try service.setUp(channel) }
            }
    }
}
