import NIOCore
import NIOHTTP1

/// The request's body, read from the socket as the handler asks for it.
extension HTTPServerConnection {
    /// Joins small chunks, so that what waits is bounded by its bytes and not by the number of chunks.
    func append(_ bytes: ByteBuffer) {
        if case .body(var last)? = inbound.last, last.readableBytes + bytes.readableBytes <= 1 << 16 {
            inbound.removeLast()
            last.writeImmutableBuffer(bytes)
            inbound.append(.body(last))
        } else {
            inbound.append(.body(bytes))
        }
    }

    func nextBodyChunk(of number: Int, _ reader: Waiter<[UInt8]?>) {
        guard let request, request.number == number else {
            reader.resume(.failure(.misuse(reason: "body read after the request's end")))
            return
        }
        guard request.reader?.isWaiting != true else {
            reader.resume(.failure(.misuse(reason: "two readers of one body")))
            return
        }
        if request.bodyHasEnded {
            reader.resume(.success(nil))
            return
        }
        if let failure = request.bodyFailure {
            reader.resume(.failure(failure))
            return
        }
        request.reader = reader
        request.readerSince = .now()
        deliverBody()
        guard reader.isWaiting else { return }
        sendContinue(request)
        let allowed = TimeAmount(limits.bodyTimeout) + limits.allowance(for: request.bodyBytes) - request.waited
        readTimer?.set(after: max(allowed, .zero))
        readIfWanted()
    }

    /// RFC 9110 10.1.1: only once somebody wants the body, and not where it is on its way.
    private func sendContinue(_ request: ServerRequest) {
        guard request.awaitsContinue, case .notStarted = request.response, let context else { return }
        request.awaitsContinue = false
        send(context.channel.allocator.buffer(string: "HTTP/1.1 100 Continue\r\n\r\n"), nil)
    }

    /// Gives the waiting handler what has come.
    func deliverBody() {
        guard let request, let reader = request.reader, reader.isWaiting, let first = inbound.first else { return }
        switch first {
        case .body(let bytes):
            request.awaitsContinue = false
            guard request.bodyBytes + bytes.readableBytes <= limits.maximumBodyBytes else {
                return failBody(request, .bodyTooLarge(remote, limit: limits.maximumBodyBytes))
            }
            guard resume(request, .success(Array(bytes.readableBytesView))) else { return }
            inbound.removeFirst()
            request.bodyBytes += bytes.readableBytes
        case .end:
            guard resume(request, .success(nil)) else { return }
            inbound.removeFirst()
            request.bodyHasEnded = true
        case .head: failBody(request, .protocolViolation(remote, reason: "a request within a request"))
        case .violation where inputHasEnded: failBody(request, .connectionClosed(remote, .requestBody))
        case .violation: failBody(request, .protocolViolation(remote, reason: "malformed body"))
        }
    }

    private func failBody(_ request: ServerRequest, _ failure: NetworkingFailure) {
        request.bodyFailure = failure
        resume(request, .failure(failure))
    }

    /// False where the reader's task was cancelled meanwhile: nothing was handed over.
    @discardableResult
    private func resume(_ request: ServerRequest, _ outcome: Waiter<[UInt8]?>.Outcome) -> Bool {
        if !inputHasEnded { readTimer?.clear() }
        request.waited = request.waited + (.now() - request.readerSince)
        let reader = request.reader
        request.reader = nil
        return reader?.resume(outcome) ?? false
    }

    func readIfWanted() {
        guard let context, !inputHasEnded else { return }
        let isWanted = isClosing || inbound.isEmpty && (request == nil || request?.reader?.isWaiting == true)
        if isWanted { context.read() }
    }
}
