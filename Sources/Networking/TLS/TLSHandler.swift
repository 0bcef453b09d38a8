import NIOCore

/// TLS in a channel's pipeline: ciphertext towards the socket, plaintext towards HTTP. `TLSHandshakeCompleted` comes before any
/// plaintext; whoever receives it decides who the peer is. Nothing is read from the socket unless plaintext was asked for, the
/// handshake is running, or the end of the connection is awaited.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case idle
        case handshaking
        case open
        /// This side's last record is out; what still arrives is thrown away until the peer ends.
        case ending
        case closed
    }

    let connection: TLSConnection
    let remote: NetworkEndpoint
    let limits: TLSLimits
    var phase = Phase.idle
    var peerHasEnded = false
    /// The last record is on its way or out; the channel closes by itself when the peer ends or the time is up.
    var awaitsPeersEnd = false
    var queue = PlaintextQueue()
    var context: ChannelHandlerContext?
    private var isSealing = false
    private var readIsWanted = false
    private var deliveredPlaintext = false
    private var hasReceivedPlaintext = false
    /// Where a client keeps the sessions that the peer hands out.
    private let sessions: TLSSessionStore?
    private(set) var timer: DeadlineTimer?

    init(connection: TLSConnection, remote: NetworkEndpoint, limits: TLSLimits, sessions: TLSSessionStore? = nil) {
        self.connection = connection
        self.remote = remote
        self.limits = limits
        self.sessions = sessions
    }

    // MARK: Beginning and end of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        timer = DeadlineTimer(on: context.eventLoop) { [weak self] in self?.timeIsUp() }
        if context.channel.isActive { beginHandshake(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.stop()
        queue.failAll(ChannelError.ioOnClosedChannel)
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        beginHandshake(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let ended = phase
        phase = .closed
        timer?.stop()
        queue.failAll(ChannelError.ioOnClosedChannel)
        switch ended {
        case .handshaking:
            let reason = "the connection ended before the handshake did"
            context.fireErrorCaught(NetworkingFailure.handshakeFailed(remote, reason: reason))
        case .open where !peerHasEnded:
            context.fireErrorCaught(TLSTruncation())
        case .idle, .open, .ending, .closed: break
        }
        context.fireChannelInactive()
    }

    // MARK: Handshake

    private func beginHandshake(_ context: ChannelHandlerContext) {
        guard phase == .idle else { return }
        phase = .handshaking
        timer?.set(after: limits.handshake)
        var nothing = ByteBuffer()
        advanceHandshake(context, &nothing)
        if phase == .handshaking { context.read() }
    }

    private func advanceHandshake(_ context: ChannelHandlerContext, _ input: inout ByteBuffer) {
        let outcome = connection.handshake(&input)
        switch outcome {
        case .wantsInput: sendPending(context)
        case .done:
            sendPending(context)
            phase = .open
            timer?.clear()
            keepSession()
            context.fireUserInboundEventTriggered(TLSHandshakeCompleted(peer: connection.peer))
            sealQueue(context)
        case .noCertificate: fail(.certificateMissing(remote))
        case .end, .failed: fail(.handshakeFailed(remote, reason: connection.failure))
        }
    }

    private func keepSession() {
        guard let sessions, let session = connection.takeSession() else { return }
        sessions.store(session, for: remote)
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var input = unwrapInboundIn(data)
        if phase == .handshaking { advanceHandshake(context, &input) }
        while phase == .open, decrypt(context, &input) == .done {}
    }

    private func decrypt(_ context: ChannelHandlerContext, _ input: inout ByteBuffer) -> TLSConnection.Outcome {
        var plaintext = context.channel.allocator.buffer(capacity: max(input.readableBytes, 512))
        let outcome = connection.read(&input, into: &plaintext)
        sendPending(context)
        keepSession()
        if plaintext.readableBytes > 0 {
            deliveredPlaintext = true
            hasReceivedPlaintext = true
            readIsWanted = false
            context.fireChannelRead(wrapInboundOut(plaintext))
        }
        switch outcome {
        case .done, .wantsInput: break
        case .end:
            peerHasEnded = true
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case .noCertificate, .failed:
            // A client of TLS 1.3 hears only now that the server does not take its certificate.
            let reason = connection.failure
            fail(hasReceivedPlaintext ? .protocolViolation(remote, reason: reason) : .handshakeFailed(remote, reason: reason))
        }
        return outcome
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        let delivered = deliveredPlaintext
        deliveredPlaintext = false
        context.fireChannelReadComplete()
        switch phase {
        case .handshaking, .ending: context.read()
        case .open where readIsWanted && !delivered && !peerHasEnded: context.read()
        case .idle, .open, .closed: break
        }
    }

    func read(context: ChannelHandlerContext) {
        readIsWanted = true
        context.read()
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase == .idle || phase == .handshaking || phase == .open else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let plaintext = unwrapOutboundIn(data)
        guard queue.count == 0 || queue.count + plaintext.readableBytes <= limits.queuedBytes else {
            promise?.fail(NetworkingFailure.misuse(reason: "over \(limits.queuedBytes) bytes wait to be sent to \(remote)"))
            return
        }
        queue.append(plaintext, promise: promise)
    }

    func flush(context: ChannelHandlerContext) { sealQueue(context) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { sealQueue(context) }
        context.fireChannelWritabilityChanged()
    }

    /// Encrypts only what the socket takes soon: the rest waits as plaintext, so that a long write is not held twice.
    private func sealQueue(_ context: ChannelHandlerContext) {
        guard phase == .open, !isSealing else { return }
        isSealing = true
        defer { isSealing = false }
        while phase == .open, context.channel.isWritable, let piece = queue.next(allocator: context.channel.allocator) {
            guard let sealed = connection.sealed(piece.plaintext, allocator: context.channel.allocator) else {
                piece.promise?.fail(ChannelError.ioOnClosedChannel)
                return fail(.protocolViolation(remote, reason: connection.failure))
            }
            context.writeAndFlush(wrapOutboundOut(sealed), promise: piece.promise)
        }
    }

    private func sendPending(_ context: ChannelHandlerContext) {
        guard let output = connection.pendingOutput(allocator: context.channel.allocator) else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }
}

/// The peer's TCP connection ended without close_notify: what came before may be cut short.
struct TLSTruncation: Error {}
