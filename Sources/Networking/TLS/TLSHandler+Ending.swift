import NIOCore

/// Goes down the pipeline before a close that must not look like an orderly end: no close_notify is sent.
struct TLSAbort: Sendable {}

/// The end of a TLS connection. Order matters: the last record (close_notify or an alert) first, the socket's end only when it has
/// left, because NIO drops queued writes on close; and the socket stays open for reading until the peer ends or the time is up,
/// because the kernel answers unread input with a reset that makes the peer lose what it has not read yet.
extension TLSHandler {
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch (mode, phase) {
        case (.input, _): promise?.fail(ChannelError.operationUnsupported)
        case (.output, .open): end(context, then: .output, promise: promise)
        case (.all, .open): end(context, then: .all, promise: promise)
        case (.output, _): promise?.fail(ChannelError.outputClosed)
        case (.all, .ending) where awaitsPeersEnd: context.channel.closeFuture.cascade(to: promise)
        case (.all, _): context.close(mode: .all, promise: promise)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is TLSAbort else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if phase == .handshaking || phase == .open { phase = .ending }
        promise?.succeed()
    }

    private func end(_ context: ChannelHandlerContext, then mode: CloseMode, promise: EventLoopPromise<Void>?) {
        phase = .ending
        guard queue.isEmpty else {
            // A write is dropped: without close_notify the peer sees that something is missing.
            queue.failAll(ChannelError.ioOnClosedChannel)
            return context.close(mode: .all, promise: promise)
        }
        connection.close()
        if !sendLast(context, then: mode, promise: promise) { context.close(mode: .all, promise: promise) }
    }

    /// Sends the alert, tells the pipeline, and waits for the peer to read the one and to end.
    func fail(_ failure: NetworkingFailure) {
        guard let context, phase == .handshaking || phase == .open else { return }
        phase = .ending
        let isSending = sendLast(context, then: .output, promise: nil)
        queue.failAll(failure)
        context.fireErrorCaught(failure)
        if !isSending { context.close(mode: .all, promise: nil) }
    }

    /// False where there is nothing to send, or nobody to read it.
    private func sendLast(_ context: ChannelHandlerContext, then mode: CloseMode, promise: EventLoopPromise<Void>?) -> Bool {
        guard !peerHasEnded, let last = connection.pendingOutput(allocator: context.channel.allocator) else { return false }
        awaitsPeersEnd = true
        timer?.set(after: limits.ending)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            guard let self, let context = self.context, self.phase == .ending else {
                promise?.fail(ChannelError.alreadyClosed)
                return
            }
            context.close(mode: mode, promise: promise)
            context.read()
        }
        context.writeAndFlush(wrapOutboundOut(last), promise: sent)
        return true
    }

    func timeIsUp() {
        guard let context else { return }
        switch phase {
        case .handshaking:
            phase = .ending
            context.fireErrorCaught(NetworkingFailure.timedOut(remote, .handshake))
            context.close(mode: .all, promise: nil)
        case .ending: context.close(mode: .all, promise: nil)
        case .idle, .open, .closed: break
        }
    }
}
