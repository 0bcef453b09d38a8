import Logging
import NIOCore
import NIOHTTP1

/// One client's connection: takes requests one after another, runs the handler for each, and reads from the socket only what
/// somebody waits for. Requests that come early (pipelining) wait as parsed parts, at most one socket read of 64 KiB of them.
final class HTTPServerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    enum Inbound {
        case head(HTTPRequestHead)
        case body(ByteBuffer)
        case end
        case violation(HTTPResponseStatus)
    }

    let service: ListenerService
    let isTLS: Bool
    let process: PeerProcess?
    var context: ChannelHandlerContext?
    var inbound = CircularBuffer<Inbound>()
    var request: ServerRequest?
    var requestsStarted = 0
    var writesUnderWay = 0
    /// Nothing is served any more; input is thrown away.
    var isClosing = false
    var inputHasEnded = false
    var isShuttingDown = false
    var peer: TLSPeer?
    var remote = NetworkEndpoint(host: "", port: 0)
    var local = NetworkEndpoint(host: "", port: 0)
    var executor: EventLoopTaskExecutor?
    var confined: LoopConfined<HTTPServerConnection>?
    var date = HTTPDate()
    var readTimer: DeadlineTimer?
    var writeTimer: DeadlineTimer?

    init(service: ListenerService, isTLS: Bool, process: PeerProcess?) {
        self.service = service
        self.isTLS = isTLS
        self.process = process
    }

    var limits: ListenerLimits { service.limits }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let eventLoop = context.eventLoop
        executor = EventLoopTaskExecutor(eventLoop)
        confined = LoopConfined(self, on: eventLoop)
        readTimer = DeadlineTimer(on: eventLoop) { [weak self] in self?.readTimeIsUp() }
        writeTimer = DeadlineTimer(on: eventLoop) { [weak self] in self?.writeTimeIsUp() }
        remote = NetworkEndpoint(context.remoteAddress)
        local = NetworkEndpoint(context.localAddress)
        if context.channel.isActive, !isTLS { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        readTimer?.stop()
        writeTimer?.stop()
        self.context = nil
        confined = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !isTLS { begin(context) }
    }

    private func begin(_ context: ChannelHandlerContext) {
        readTimer?.set(after: TimeAmount(limits.headTimeout))
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): inbound.append(.head(head))
        case .body(let bytes): append(bytes)
        case .end: inbound.append(.end)
        }
        advance()
    }

    func channelReadComplete(context: ChannelHandlerContext) { readIfWanted() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let completed as TLSHandshakeCompleted:
            peer = completed.peer
            begin(context)
        case let event as ChannelEvent where event == .inputClosed: clientEndedInput(context)
        case is ListenerIsShuttingDown:
            isShuttingDown = true
            if request == nil, inbound.isEmpty { closeLingering() }
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let status = HTTPResponseStatus(parserError: error) {
            guard !isClosing else { return }
            inbound.append(.violation(status))
            return advance()
        }
        service.log.debug("connection failed", metadata: ["client": "\(remote)", "error": "\(error)"])
        abandon(context)
    }

    func channelInactive(context: ChannelHandlerContext) { abandon(context) }

    /// A plain connection can go on in the other direction; a TLS client that says its end is gone.
    private func clientEndedInput(_ context: ChannelHandlerContext) {
        inputHasEnded = true
        guard !isTLS, let request else { return abandon(context) }
        guard request.bodyHasEnded || inboundHoldsEnd else {
            request.cancelUnlessAnswered()
            return advance()
        }
        readTimer?.set(after: TimeAmount(limits.halfClosedGrace))
    }

    /// The client is gone, or is to be: whoever works for it is told so.
    func abandon(_ context: ChannelHandlerContext) {
        isClosing = true
        inbound.removeAll()
        request?.bodyFailure = .connectionClosed(remote, .requestBody)
        request?.reader?.resume(.failure(.connectionClosed(remote, .requestBody)))
        context.triggerUserOutboundEvent(TLSAbort(), promise: nil)
        // Writers hear of the closed connection before their task is cancelled.
        context.close(mode: .all, promise: nil)
        request?.cancelUnlessAnswered()
    }
}

/// Goes up each pipeline of a listener that shuts down.
struct ListenerIsShuttingDown: Sendable {}

extension NetworkEndpoint {
    init(_ address: SocketAddress?) {
        self.init(host: address?.ipAddress ?? "", port: address?.port ?? 0)
    }
}

extension HTTPResponseStatus {
    /// What a client hears of a request that NIO's parser refused; nil for an error that is not the parser's.
    fileprivate init?(parserError error: any Error) {
        guard let error = error as? HTTPParserError else { return nil }
        switch error {
        case .headerOverflow: self = .requestHeaderFieldsTooLarge
        case .invalidVersion: self = .httpVersionNotSupported
        case .invalidMethod: self = .notImplemented
        default: self = .badRequest
        }
    }
}
