import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

/// An HTTP/1.1 server on NIO's event loops. One task per request, run on the event loop of its connection.
package struct HTTPListener: Service {
    package typealias Handler = @Sendable (HTTPServerExchange) async -> Void

    private let place: ListenerPlace
    private let group: any EventLoopGroup
    private let service: ListenerService

    /// Without `tls` the listener speaks plain HTTP. With port 0 the system chooses one.
    package init(
        address: String, port: Int, tls: TLSContext?, limits: ListenerLimits = ListenerLimits(), group: any EventLoopGroup,
        log: Logger, handler: @escaping Handler
    ) {
        self.init(
            .address(NetworkEndpoint(host: address, port: port)), tls: tls, limits: limits, group: group, log: log,
            handler: handler)
    }

    package init(
        _ place: ListenerPlace, tls: TLSContext? = nil, limits: ListenerLimits = ListenerLimits(), group: any EventLoopGroup,
        log: Logger, handler: @escaping Handler
    ) {
        self.place = place
        self.group = group
        service = ListenerService(tls: tls, limits: limits, log: log, handler: handler)
    }

    /// The port in use, or nil before `bind` and on a Unix-domain socket.
    package var port: Int? { service.channel.withLock { $0?.localAddress?.port } }

    /// Open connections, for diagnostics.
    package var connectionCount: Int { service.registry.connectionCount }

    /// New connections get `tls` from now on; those that are open keep theirs. For a new key, certificate or trust configuration.
    package func replace(tls: TLSContext) { service.tls.withLock { $0 = tls } }

    /// For connections that come from now on.
    package func replace(maximumConnections: Int) { service.registry.maximum = maximumConnections }

    /// Listens and serves from now on, and gives the port in use (0 on a Unix-domain socket); `run` does it where it was not done
    /// before.
    @discardableResult
    package func bind() async throws(NetworkingFailure) -> Int {
        if let channel = service.channel.withLock({ $0 }) { return channel.localAddress?.port ?? 0 }
        do {
            let channel = try await bound()
            service.channel.withLock { $0 = channel }
            return channel.localAddress?.port ?? 0
        } catch {
            throw .cannotListen(place, reason: "\(error)")
        }
    }

    private func bound() async throws -> any Channel {
        switch place {
        case .address(let endpoint): return try await bootstrap().bind(host: endpoint.host, port: endpoint.port).get()
        case .unixSocket(let path):
            // Until its mode is set, the folder alone keeps others away.
            let channel = try await bootstrap().bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
            guard chmod(path, 0o600) == 0 else {
                let code = errno
                channel.close(promise: nil)
                throw IOError(errnoCode: code, reason: "chmod")
            }
            return channel
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
        if case .unixSocket(let path) = place { unlink(path) }
    }

    private func bootstrap() -> ServerBootstrap {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 1)
        switch place {
        case .address:
            return
                bootstrap
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { [service] channel in
                    channel.eventLoop.makeCompletedFuture { try service.setUp(channel) }
                }
        case .unixSocket:
            return bootstrap.childChannelInitializer { [service] channel in
                PeerProcess.of(channel).flatMapThrowing { try service.setUp(channel, from: $0) }
            }
        }
    }
}
