import NIOCore
import NIOPosix

@testable import Networking

/// A TLS server that answers the first bytes of each connection with `reply` and then ends, or stays silent.
struct ScriptedPeer {
    enum Ending: Sendable { case orderly, truncated, silence }

    let port: Int
    private let channel: any Channel

    init(_ reply: String, then ending: Ending) async throws {
        let context = try peerServer()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let remote = NetworkEndpoint(channel.remoteAddress)
                    let tls = TLSHandler(connection: try TLSConnection(context: context), remote: remote, limits: TLSLimits())
                    try channel.pipeline.syncOperations.addHandlers([tls, Replier(reply: reply, ending: ending)])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws { try await channel.close() }

    private final class Replier: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let reply: String
        private let ending: Ending
        private var hasReplied = false

        init(reply: String, ending: Ending) {
            self.reply = reply
            self.ending = ending
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !hasReplied else { return }
            hasReplied = true
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: reply)), promise: nil)
            guard ending != .silence else { return }
            if ending == .truncated { context.triggerUserOutboundEvent(TLSAbort(), promise: nil) }
            context.close(promise: nil)
        }
    }
}
