import NIOCore
import NIOHTTP1

/// The response, as the handler gives it.
extension HTTPServerConnection {
    struct Answer: Sendable {
        let status: Int
        let reason: String?
        let fields: [(String, String)]
    }

    func respond(to number: Int, _ answer: Answer, body: [UInt8], _ writer: Waiter<Void>) {
        guard let context, let request = unanswered(number, answer, writer) else { return }
        let hasBody = request.mayHaveResponseBody(status: answer.status)
        let announced = request.method == .HEAD ? body.count : nil
        var buffer = context.channel.allocator.buffer(capacity: 512 + (hasBody ? body.count : 0))
        guard writeHead(request, answer, hasBody ? .length(body.count) : .none, announced, to: &buffer, writer) else { return }
        if hasBody { buffer.writeBytes(body) }
        request.response = .ended
        send(buffer, writer)
    }

    func startResponse(to number: Int, _ answer: Answer, _ writer: Waiter<Void>) {
        guard let context, let request = unanswered(number, answer, writer) else { return }
        let announced = answer.fields.first { $0.0.isSameField(as: "content-length") }.flatMap { Int($0.1) }
        let framing = framing(of: request, status: answer.status, announced: announced)
        if framing == .untilClose { request.keepsAlive = false }
        var buffer = context.channel.allocator.buffer(capacity: 512)
        guard writeHead(request, answer, framing, request.method == .HEAD ? announced : nil, to: &buffer, writer) else { return }
        request.response = .streaming(framing, unsentHead: buffer)
        writer.resume(.success(()))
    }

    private func framing(of request: ServerRequest, status: Int, announced: Int?) -> BodyFraming {
        guard request.mayHaveResponseBody(status: status) else { return .none }
        if let announced, announced >= 0 { return .length(announced) }
        return request.version == .http1_0 ? .untilClose : .chunked
    }

    func write(to number: Int, _ bytes: [UInt8], _ writer: Waiter<Void>) {
        guard let context, let (request, framing, head) = streaming(number, writer) else { return }
        var buffer = head ?? context.channel.allocator.buffer(capacity: bytes.count + 16)
        switch framing {
        case .none: break
        case .untilClose: buffer.writeBytes(bytes)
        case .chunked where bytes.isEmpty: break
        case .chunked:
            buffer.writeString(String(bytes.count, radix: 16))
            buffer.writeStaticString("\r\n")
            buffer.writeBytes(bytes)
            buffer.writeStaticString("\r\n")
        case .length(let rest):
            guard bytes.count <= rest else {
                writer.resume(.failure(.misuse(reason: "body longer than its Content-Length")))
                return
            }
            buffer.writeBytes(bytes)
            request.response = .streaming(.length(rest - bytes.count), unsentHead: nil)
        }
        if case .length = framing {} else { request.response = .streaming(framing, unsentHead: nil) }
        send(buffer, writer)
    }

    func endResponse(to number: Int, _ writer: Waiter<Void>) {
        guard let context, let (request, framing, head) = streaming(number, writer) else { return }
        var buffer = head ?? context.channel.allocator.buffer(capacity: 8)
        switch framing {
        case .chunked: buffer.writeStaticString("0\r\n\r\n")
        case .length(let rest) where rest > 0:
            writer.resume(.failure(.misuse(reason: "body shorter than its Content-Length")))
            return
        case .none, .length, .untilClose: break
        }
        request.response = .ended
        send(buffer, writer)
    }

    // MARK: Order of calls

    private func current(_ number: Int, _ writer: Waiter<Void>) -> ServerRequest? {
        guard let request, request.number == number else {
            writer.resume(.failure(.misuse(reason: "answer after the request's end")))
            return nil
        }
        guard !isClosing else {
            writer.resume(.failure(.connectionClosed(remote, .responseHead)))
            return nil
        }
        return request
    }

    private func unanswered(_ number: Int, _ answer: Answer, _ writer: Waiter<Void>) -> ServerRequest? {
        guard let request = current(number, writer) else { return nil }
        guard case .notStarted = request.response, (200...599).contains(answer.status) else {
            writer.resume(.failure(.misuse(reason: "second answer to a request, or not a final status")))
            return nil
        }
        return request
    }

    private func streaming(_ number: Int, _ writer: Waiter<Void>) -> (ServerRequest, BodyFraming, ByteBuffer?)? {
        guard let request = current(number, writer) else { return nil }
        guard case .streaming(let framing, let head) = request.response else {
            writer.resume(.failure(.misuse(reason: "no answer is under way")))
            return nil
        }
        return (request, framing, head)
    }

    // MARK: Out

    /// The connection stays open only where the whole request is here by now: a client that may still be sending is not waited for.
    private func writeHead(
        _ request: ServerRequest, _ answer: Answer, _ framing: BodyFraming, _ announced: Int?, to buffer: inout ByteBuffer,
        _ writer: Waiter<Void>
    ) -> Bool {
        let isComplete = request.bodyFailure == nil && (request.bodyHasEnded || inboundHoldsEnd)
        request.keepsAlive = request.keepsAlive && isComplete && !isShuttingDown
        let head = ResponseHead(
            status: answer.status, reason: answer.reason, fields: answer.fields, framing: framing, announcedLength: announced,
            keepsAlive: request.keepsAlive, date: date.now())
        guard head.write(to: &buffer) else {
            writer.resume(.failure(.misuse(reason: "a response field holds a character that no field may hold")))
            return false
        }
        return true
    }

    func send(_ buffer: ByteBuffer, _ writer: Waiter<Void>?) {
        guard let context else { return }
        writesUnderWay += 1
        writeTimer?.set(after: TimeAmount(limits.writeTimeout) + limits.allowance(for: buffer.readableBytes))
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in self.written(result, writer) }
        context.writeAndFlush(NIOAny(buffer), promise: promise)
    }

    private func written(_ result: Result<Void, any Error>, _ writer: Waiter<Void>?) {
        writesUnderWay -= 1
        if writesUnderWay == 0 {
            writeTimer?.clear()
            if isClosing { endOutput() }
        }
        switch result {
        case .success: writer?.resume(.success(()))
        case .failure: writer?.resume(.failure(.connectionClosed(remote, .responseBody)))
        }
    }
}
