import NIOCore
import NIOHTTP1

/// One request after another.
extension HTTPServerConnection {
    /// Takes what has come as far as somebody waits for it.
    func advance() {
        while let first = inbound.first, !isClosing {
            guard request == nil else { return deliverBody() }
            inbound.removeFirst()
            switch first {
            case .head(let head): start(head)
            case .violation(let status): refuse(status)
            case .body, .end: break
            }
        }
    }

    private func start(_ head: HTTPRequestHead) {
        readTimer?.clear()
        if let status = RequestRules.violation(of: head, maximumBodyBytes: limits.maximumBodyBytes) { return refuse(status) }
        guard let confined, let executor else { return }
        if inputHasEnded { readTimer?.set(after: TimeAmount(limits.halfClosedGrace)) }
        requestsStarted += 1
        let number = requestsStarted
        let request = ServerRequest(number: number, head: head)
        self.request = request
        let exchange = HTTPServerExchange(number: number, head: head, connection: self, confined: confined)
        let handler = service.handler
        service.registry.handlerStarted()
        request.task = Task(executorPreference: executor) { [service] in
            await handler(exchange)
            service.registry.handlerReturned()
            confined.run { $0.handlerReturned(number) }
        }
    }

    private func handlerReturned(_ number: Int) {
        guard let request, request.number == number else { return }
        self.request = nil
        guard let context, !isClosing else { return }
        switch request.response {
        case .ended: finish(request)
        case .notStarted:
            service.log.error("request handler gave no answer", metadata: ["client": "\(remote)"])
            refuse(.internalServerError)
        case .streaming:
            // Cut off without the mark of a complete body, so that the client sees that something is missing.
            abandon(context)
        }
    }

    private func finish(_ request: ServerRequest) {
        let isComplete = dropRestOfBody(request)
        guard request.keepsAlive, isComplete, !isShuttingDown, !isClosing, !(inputHasEnded && inbound.isEmpty) else {
            return closeLingering()
        }
        readTimer?.set(after: TimeAmount(limits.idleTimeout))
        advance()
        readIfWanted()
    }

    /// True where the request is complete, so that the next one can follow.
    private func dropRestOfBody(_ request: ServerRequest) -> Bool {
        while !request.bodyHasEnded, let first = inbound.first {
            switch first {
            case .body: inbound.removeFirst()
            case .end:
                inbound.removeFirst()
                request.bodyHasEnded = true
            case .head, .violation: return false
            }
        }
        return request.bodyHasEnded
    }

    /// Whether the end of the request that is being served has come.
    var inboundHoldsEnd: Bool {
        for part in inbound {
            switch part {
            case .end: return true
            case .body: continue
            case .head, .violation: return false
            }
        }
        return false
    }

    /// Answers without a handler, as the last thing on this connection.
    func refuse(_ status: HTTPResponseStatus) {
        guard let context, !isClosing else { return }
        service.log.info("request refused", metadata: ["client": "\(remote)", "status": "\(status.code)"])
        let head = ResponseHead(
            status: Int(status.code), reason: nil, fields: [], framing: .length(0), announcedLength: nil, keepsAlive: false,
            date: date.now())
        var buffer = context.channel.allocator.buffer(capacity: 256)
        guard head.write(to: &buffer) else { return abandon(context) }
        send(buffer, nil)
        closeLingering()
    }

    /// Serves nothing more and ends once the last write has left.
    func closeLingering() {
        guard !isClosing else { return }
        isClosing = true
        inbound.removeAll()
        if writesUnderWay == 0 { endOutput() }
    }

    /// Ends this side and waits until the client ends its own, throwing away what still comes: a socket that is closed with unread
    /// input is reset, and the client may lose the answer.
    func endOutput() {
        guard let context else { return }
        guard !inputHasEnded else { return context.close(mode: .all, promise: nil) }
        readTimer?.set(after: TimeAmount(limits.lingerTimeout))
        context.close(mode: .output, promise: nil)
        context.read()
    }

    func readTimeIsUp() {
        guard let context else { return }
        guard let request, !isClosing else {
            // No request in time, or a client that does not end.
            return context.close(mode: .all, promise: nil)
        }
        if inputHasEnded {
            request.cancelUnlessAnswered()
        } else if let reader = request.reader, reader.isWaiting {
            let failure = NetworkingFailure.timedOut(remote, .requestBody)
            request.bodyFailure = failure
            reader.resume(.failure(failure))
        }
    }

    func writeTimeIsUp() {
        guard let context else { return }
        service.log.info("client does not take its answer", metadata: ["client": "\(remote)"])
        abandon(context)
    }
}
