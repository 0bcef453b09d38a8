import NIOCore
import NIOHTTP1

/// The answer, read from the socket as the caller asks for it.
extension PeerChannel {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard stage == .inUse, failure == nil else {
            // An answer that nobody asked for: the connection cannot be trusted with the next request.
            fail(.protocolViolation(peer, reason: "an answer without a request"))
            return context.close(mode: .all, promise: nil)
        }
        let part = unwrapInboundIn(data)
        if isTruncated { return fail(.connectionClosed(peer, .responseBody)) }
        if case .body(let bytes) = part, case .body(var last)? = exchange.inbound.last,
            last.readableBytes + bytes.readableBytes <= 1 << 16
        {
            exchange.inbound.removeLast()
            last.writeImmutableBuffer(bytes)
            exchange.inbound.append(.body(last))
        } else {
            if case .head = part { exchange.headHasCome = true }
            exchange.inbound.append(part)
        }
        deliver()
    }

    func channelReadComplete(context: ChannelHandlerContext) { readIfWanted() }

    private func readIfWanted() {
        if stage == .unused || exchange.isAwaited && exchange.inbound.isEmpty { context?.read() }
    }

    func responseHead(of use: Int, _ reader: Waiter<PeerResponseHead>) {
        guard use == self.use, stage != .unused else { return reader.refuse() }
        exchange.headReader = reader
        deliver()
        guard reader.isWaiting else { return }
        if let failure { return exchange.failWaiters(failure) }
        readTimer?.set(after: TimeAmount(limits.responseTimeout))
        readIfWanted()
    }

    func nextResponseChunk(of use: Int, _ reader: Waiter<[UInt8]?>) {
        guard use == self.use, stage != .unused else { return reader.refuse() }
        guard !exchange.responseHasEnded else {
            reader.resume(.success(nil))
            return
        }
        exchange.bodyReader = reader
        exchange.readerSince = .now()
        deliver()
        guard reader.isWaiting else { return }
        if let failure { return exchange.failWaiters(failure) }
        let allowed = TimeAmount(limits.bodyTimeout) + limits.allowance(for: exchange.bodyBytes) - exchange.waited
        readTimer?.set(after: max(allowed, .zero))
        readIfWanted()
    }

    /// Gives the waiting caller what has come, which may be there although the connection has ended since.
    private func deliver() {
        guard let part = exchange.inbound.first else { return }
        switch part {
        case .head(let head):
            guard let reader = exchange.headReader, reader.isWaiting else { return }
            exchange.headReader = nil
            readTimer?.clear()
            let fields = head.headers.map { ($0.name, $0.value) }
            guard reader.resume(.success((Int(head.status.code), fields))) else { return }
            exchange.inbound.removeFirst()
            exchange.keepsAlive = head.isKeepAlive
        case .body(let bytes):
            guard let reader = takeBodyReader() else { return }
            guard exchange.bodyBytes + bytes.readableBytes <= limits.maximumBodyBytes else {
                let failure = NetworkingFailure.bodyTooLarge(peer, limit: limits.maximumBodyBytes)
                reader.resume(.failure(failure))
                fail(failure)
                context?.close(mode: .all, promise: nil)
                return
            }
            guard reader.resume(.success(Array(bytes.readableBytesView))) else { return }
            exchange.inbound.removeFirst()
            exchange.bodyBytes += bytes.readableBytes
        case .end:
            guard let reader = takeBodyReader(), reader.resume(.success(nil)) else { return }
            exchange.inbound.removeFirst()
            exchange.responseHasEnded = true
        }
    }

    /// What a reader does not take, because its task was cancelled just now, stays for the next one.
    private func takeBodyReader() -> Waiter<[UInt8]?>? {
        guard let reader = exchange.bodyReader, reader.isWaiting else { return nil }
        exchange.bodyReader = nil
        exchange.waited = exchange.waited + (.now() - exchange.readerSince)
        readTimer?.clear()
        return reader
    }
}

extension Waiter {
    /// For a connection that the caller has released.
    func refuse() { resume(.failure(.misuse(reason: "the connection was released"))) }
}
