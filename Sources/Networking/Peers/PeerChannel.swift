import NIOCore
import NIOHTTP1

/// The pipeline's end of a connection to a peer: one request at a time, read from the socket only as somebody waits. Unused, it
/// reads on, so that it sees the peer's end at once.
final class PeerChannel: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    enum Stage {
        case handshaking
        case unused
        case inUse
        case closed
    }

    let peer: NetworkEndpoint
    let limits: PeerLimits
    let pool: PeerPool
    var context: ChannelHandlerContext?
    /// Set at the first use.
    var link: PeerLink?
    var stage = Stage.handshaking
    /// Counts uses, so that a caller that has released the connection reaches nothing with it.
    var use = 0
    var exchange = PeerExchange()
    /// Why nothing works any more.
    var failure: NetworkingFailure?
    var readTimer: DeadlineTimer?
    var writeTimer: DeadlineTimer?
    /// The peer ended without TLS's word for it, so that the connection's end is not a body's end.
    var isTruncated = false
    private var admission: PeerAdmission?
    private var handshake: Waiter<TLSPeer>?
    private var tls: TLSPeer?

    init(peer: NetworkEndpoint, limits: PeerLimits, pool: PeerPool, admission: PeerAdmission) {
        self.peer = peer
        self.admission = admission
        self.limits = limits
        self.pool = pool
    }

    // MARK: Life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        readTimer = DeadlineTimer(on: context.eventLoop) { [weak self] in self?.readTimeIsUp() }
        writeTimer = DeadlineTimer(on: context.eventLoop) { [weak self] in self?.timeIsUp(.requestBody) }
        context.channel.closeFuture.assumeIsolated().whenComplete { [weak self] _ in self?.ended() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        readTimer?.stop()
        writeTimer?.stop()
        self.context = nil
    }

    func awaitHandshake(_ waiter: Waiter<TLSPeer>) {
        if let tls {
            waiter.resume(.success(tls))
        } else if let failure {
            waiter.resume(.failure(failure))
        } else {
            handshake = waiter
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let completed = event as? TLSHandshakeCompleted {
            tls = completed.peer
            stage = .unused
            handshake?.resume(.success(completed.peer))
            handshake = nil
        } else if let event = event as? ChannelEvent, event == .inputClosed {
            // The peer's orderly end. What came before it has been delivered.
            fail(closedFailure)
            context.close(mode: .all, promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is TLSTruncation:
            // What it cut off is known when the parser sees the end, which comes next.
            isTruncated = true
            return
        case HTTPParserError.invalidEOFState:
            fail(.connectionClosed(peer, exchange.headHasCome ? .responseBody : .responseHead))
        case let failure as NetworkingFailure: fail(failure)
        case is HTTPParserError, is NIOHTTPDecoderError: fail(.protocolViolation(peer, reason: "malformed answer (\(error))"))
        default: fail(closedFailure)
        }
        context.close(mode: .all, promise: nil)
    }

    private func ended() {
        fail(closedFailure)
        stage = .closed
        admission = nil
        link = nil
    }

    private var closedFailure: NetworkingFailure {
        if stage == .handshaking { return .handshakeFailed(peer, reason: "the connection ended") }
        return exchange.headHasCome ? .connectionClosed(peer, .responseBody) : .connectionClosedBeforeResponse(peer)
    }

    /// The first failure counts; whoever waits gets it.
    func fail(_ failure: NetworkingFailure) {
        guard self.failure == nil else { return }
        self.failure = failure
        handshake?.resume(.failure(failure))
        handshake = nil
        if stage == .unused, let link { pool.remove(link) }
        if !exchange.responseHasEnded { exchange.failWaiters(failure) }
    }

    func close() {
        fail(.connectionClosed(peer, .responseBody))
        context?.close(mode: .all, promise: nil)
    }

    // MARK: Use

    func beginUse(_ link: PeerLink, _ waiter: Waiter<Int>) {
        guard failure == nil, stage == .unused, context?.channel.isActive == true else {
            waiter.resume(.failure(failure ?? .connectionClosedBeforeResponse(peer)))
            return
        }
        self.link = link
        readTimer?.clear()
        stage = .inUse
        use += 1
        exchange = PeerExchange()
        // A caller that was cancelled just now will not release it.
        if !waiter.resume(.success(use)) { close() }
    }

    func endUse(_ use: Int, reusable: Bool) {
        guard use == self.use, stage == .inUse, let link else { return }
        exchange.failWaiters(.cancelled)
        guard reusable, failure == nil, exchange.canBeFollowed else { return close() }
        stage = .unused
        exchange = PeerExchange()
        guard pool.put(link) else { return close() }
        readTimer?.set(after: TimeAmount(limits.idleTimeout))
        context?.read()
    }

    func readTimeIsUp() {
        if stage == .unused {
            close()
        } else {
            timeIsUp(exchange.headHasCome ? .responseBody : .responseHead)
        }
    }

    func timeIsUp(_ phase: NetworkPhase) {
        fail(.timedOut(peer, phase))
        context?.close(mode: .all, promise: nil)
    }
}
