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
        guard let context = sending(use, writer) else { return }
        guard case .notStarted = exchange.request else {
            writer.resume(.failure(.misuse(reason: "second head of one request")))
            return
        }
        let fieldsAreSound = head.fields.allSatisfy { HTTPFieldRules.isName($0.0) && HTTPFieldRules.isValue($0.1) }
        guard HTTPFieldRules.isName(head.method), HTTPFieldRules.isTarget(head.path), fieldsAreSound else {
            writer.resume(.failure(.misuse(reason: "a request head holds a character that it may not hold")))
            return
        }
        var request = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: head.method), uri: head.path)
        request.headers = HTTPHeaders(head.fields)
        if !request.headers.contains(name: "host") { request.headers.add(name: "Host", value: peer.description) }
        exchange.request = .sending
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        writer.resume(.success(()))
    }

    func write(of use: Int, _ bytes: [UInt8], _ writer: Waiter<Void>) {
        guard let context = sending(use, writer), isUnderWay(writer) else { return }
        guard !bytes.isEmpty else {
            writer.resume(.success(()))
            return
        }
        var buffer = context.channel.allocator.buffer(capacity: bytes.count)
        buffer.writeBytes(bytes)
        send(.body(.byteBuffer(buffer)), bytes.count, context, writer)
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
        writeTimer?.set(after: TimeAmount(limits.bodyTimeout) + limits.allowance(for: count))
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in self.written(result, writer) }
        context.writeAndFlush(wrapOutboundOut(part), promise: promise)
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
