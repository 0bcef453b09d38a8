import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Connections to other security servers: HTTP/1.1 over TLS, kept alive and used again on the event loop on which they were made.
/// The peer's certificate is known, and not judged, when `connect` returns: the caller decides before it sends a byte.
package final class PeerClient: Sendable {
    private struct Settings {
        var tls: TLSContext
        var limits: PeerLimits
    }

    private let settings: Mutex<Settings>
    private let group: any EventLoopGroup
    private let log: Logger
    private let pool: PeerPool

    package init(tls: TLSContext, group: any EventLoopGroup, limits: PeerLimits = PeerLimits(), log: Logger) {
        settings = Mutex(Settings(tls: tls, limits: limits))
        self.group = group
        self.log = log
        pool = PeerPool(limits: limits)
    }

    /// Later requests go over new connections, which use `tls`; those in use end with their request. For a new key, certificate or
    /// trust configuration.
    package func replace(tls: TLSContext) {
        settings.withLock { $0.tls = tls }
        closeIdle(pool.removeAll(forGood: false))
    }

    /// The same with other times and lengths; how many connections there may be stays.
    package func replace(limits: PeerLimits) {
        settings.withLock { $0.limits = limits }
        closeIdle(pool.removeAll(forGood: false))
    }

    /// Closes unused connections and makes no new ones; those in use end with their request.
    package func close() { closeIdle(pool.removeAll(forGood: true)) }

    /// For diagnostics: unused connections, and all of them.
    package var idleConnections: Int { pool.idleCount }
    package var openConnections: Int { pool.openCount }

    private func closeIdle(_ links: [PeerLink]) {
        for link in links { link.channel.run { $0.close() } }
    }

    /// A connection that nobody else uses: an unused one of this event loop, or else a new one, whose handshake is complete and may
    /// have resumed an earlier session. `release` it in any case.
    package func connect(host: String, port: Int) async throws(NetworkingFailure) -> PeerConnection {
        let peer = NetworkEndpoint(host: host, port: port)
        let eventLoop = currentEventLoop
        while let link = pool.take(peer, on: eventLoop) {
            if let use = try? await link.channel.call({ $0.beginUse(link, $1) }) {
                return PeerConnection(link: link, use: use, isReused: true)
            }
            guard !Task.isCancelled else {
                closeIdle([link])
                throw .cancelled
            }
        }
        let link = try await open(peer, on: eventLoop)
        do {
            let use = try await link.channel.call { $0.beginUse(link, $1) }
            return PeerConnection(link: link, use: use, isReused: false)
        } catch {
            closeIdle([link])
            throw error
        }
    }

    private var currentEventLoop: any EventLoop {
        let current = group.any()
        return current.inEventLoop ? current : group.next()
    }

    private func open(_ peer: NetworkEndpoint, on eventLoop: any EventLoop) async throws(NetworkingFailure) -> PeerLink {
        // Before the settings are read: a connection made while they change is not kept.
        let generation = pool.generation
        let channel = try await connected(to: peer, on: eventLoop, pool.admit(peer))
        do {
            let tls = try await channel.call { $0.awaitHandshake($1) }
            let link = PeerLink(peer: peer, tls: tls, channel: channel, generation: generation)
            log.debug(
                "connected",
                metadata: ["peer": "\(peer)", "tls": "\(tls.version)", "suite": "\(tls.suite)", "resumed": "\(tls.isResumed)"])
            return link
        } catch {
            channel.run { $0.close() }
            throw error
        }
    }

    private func connected(
        to peer: NetworkEndpoint, on eventLoop: any EventLoop, _ admission: PeerAdmission
    ) async throws(NetworkingFailure) -> PeerChannelReference {
        try await Waiter.wait { waiter in
            let bootstrap = bootstrap(eventLoop).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.setUp(channel, peer, admission) }
            }
            bootstrap.connect(host: peer.host, port: peer.port).whenComplete { result in
                do {
                    let channel = try result.get()
                    let handler = try channel.pipeline.syncOperations.handler(type: PeerChannel.self)
                    let reference = PeerChannelReference(handler, on: channel.eventLoop)
                    if !waiter.resume(.success(reference)) { channel.close(promise: nil) }
                } catch {
                    waiter.resume(.failure(NetworkingFailure(connecting: error, to: peer)))
                }
            }
        }
    }

    private func bootstrap(_ eventLoop: any EventLoop) -> ClientBootstrap {
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(settings.withLock { $0.limits.connectTimeout }))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: 1)
    }

    /// On the connection's event loop.
    private func setUp(_ channel: any Channel, _ peer: NetworkEndpoint, _ admission: PeerAdmission) throws {
        let (context, limits) = settings.withLock { ($0.tls, $0.limits) }
        let isAddress = (try? SocketAddress(ipAddress: peer.host, port: peer.port)) != nil
        let connection = try TLSConnection(
            context: context, serverName: isAddress ? nil : peer.host, session: context.sessions.session(for: peer))
        let tlsLimits = TLSLimits(handshake: TimeAmount(limits.handshakeTimeout))
        var parser = NIOHTTPDecoderLimitConfiguration()
        parser.maxHeaderFieldSize = limits.maximumHeadBytes
        parser.maxHeaderListSize = limits.maximumHeadBytes
        parser.maxHeaderFieldCount = limits.maximumHeaderFields
        let handler = PeerChannel(peer: peer, limits: limits, pool: pool, admission: admission)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([
            TLSHandler(connection: connection, remote: peer, limits: tlsLimits, sessions: context.sessions),
            HTTPRequestEncoder(),
            ByteToMessageHandler(HTTPResponseDecoder(limitConfiguration: parser)),
            handler,
        ])
    }
}
