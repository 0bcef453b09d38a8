import NIOCore
import NIOHTTP1

/// The request, as the caller gives it.
extension PeerChannel {
    struct RequestHead: Sendable {
        let method: String
        let path: String
        let fields: [(String, String)]
    }

    /// The head leaves with the first bytes of the body or with the request's end.
    func sendHead(of use: Int, _ head: RequestHead, _ writer: Waiter<Void>) {
        guard let context = sending(use, writer), begin(head, context, writer) else { return }
        writer.resume(.success(()))
    }

    /// All of a request at once.
    func send(of use: Int, _ head: RequestHead, body: [UInt8], _ writer: Waiter<Void>) {
        guard let context = sending(use, writer), begin(head, context, writer) else { return }
        exchange.request = .ended
        let sent = promise(body.count, context, writer)
        if body.isEmpty {
            context.write(wrapOutboundOut(.end(nil)), promise: sent)
        } else {
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer(of: body, context)))), promise: sent)
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.flush()
    }

    private func begin(_ head: RequestHead, _ context: ChannelHandlerContext, _ writer: Waiter<Void>) -> Bool {
        guard case .notStarted = exchange.request else {
            writer.resume(.failure(.misuse(reason: "second head of one request")))
            return false
        }
        let fieldsAreSound = head.fields.allSatisfy { HTTPFieldRules.isName($0.0) && HTTPFieldRules.isValue($0.1) }
        guard HTTPFieldRules.isName(head.method), HTTPFieldRules.isTarget(head.path), fieldsAreSound else {
            writer.resume(.failure(.misuse(reason: "a request head holds a character that it may not hold")))
            return false
        }
        var request = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: head.method), uri: head.path)
        request.headers = HTTPHeaders(head.fields)
        if !request.headers.contains(name: "host") { request.headers.add(name: "Host", value: peer.description) }
        exchange.request = .sending
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        return true
    }

    private func buffer(of bytes: [UInt8], _ context: ChannelHandlerContext) -> ByteBuffer {
        context.channel.allocator.buffer(bytes: bytes)
    }

    func write(of use: Int, _ bytes: [UInt8], _ writer: Waiter<Void>) {
        guard let context = sending(use, writer), isUnderWay(writer) else { return }
        guard !bytes.isEmpty else {
            writer.resume(.success(()))
            return
        }
        send(.body(.byteBuffer(buffer(of: bytes, context))), bytes.count, context, writer)
    }

    func end(of use: Int, _ writer: Waiter<Void>) {
        guard let context = sending(use, writer), isUnderWay(writer) else { return }
        exchange.request = .ended
        send(.end(nil), 0, context, writer)
    }

    private func sending(_ use: Int, _ writer: Waiter<Void>) -> ChannelHandlerContext? {
        guard use == self.use, stage != .unused else {
            writer.refuse()
            return nil
        }
        guard let context, failure == nil else {
            writer.resume(outcomeWithoutConnection)
            return nil
        }
        return context
    }

    private func isUnderWay(_ writer: Waiter<Void>) -> Bool {
        if case .sending = exchange.request { return true }
        writer.resume(.failure(.misuse(reason: "no request is under way")))
        return false
    }

    private func send(_ part: HTTPClientRequestPart, _ count: Int, _ context: ChannelHandlerContext, _ writer: Waiter<Void>) {
        context.writeAndFlush(wrapOutboundOut(part), promise: promise(count, context, writer))
    }

    /// Of a write of so many bytes, which tells the writer.
    private func promise(_ count: Int, _ context: ChannelHandlerContext, _ writer: Waiter<Void>) -> EventLoopPromise<Void> {
        writeTimer?.set(after: TimeAmount(limits.bodyTimeout) + limits.allowance(for: count))
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in self.written(result, writer) }
        return promise
    }

    private func written(_ result: Result<Void, any Error>, _ writer: Waiter<Void>) {
        writeTimer?.clear()
        switch result {
        case .success: writer.resume(.success(()))
        case .failure: writer.resume(outcomeWithoutConnection)
        }
    }

    /// A peer that has answered already does not want the rest: the caller goes on to read the answer.
    private var outcomeWithoutConnection: Waiter<Void>.Outcome {
        exchange.headHasCome ? .success(()) : .failure(failure ?? .connectionClosedBeforeResponse(peer))
    }
}
