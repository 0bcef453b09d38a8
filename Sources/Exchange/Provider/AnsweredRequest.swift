import MessageCodecs
import XRoadModel

/// A request with the service's answer, complete and held.
package struct AnsweredRequest: Sendable {
    let journaled: JournaledRequest
    let answer: AnswerMessage
    let serviceStatus: Int
    /// As the service sent it.
    let originalContentType: String?

    private init(_ journaled: JournaledRequest, _ answer: AnswerMessage, _ serviceStatus: Int, _ originalContentType: String?) {
        self.journaled = journaled
        self.answer = answer
        self.serviceStatus = serviceStatus
        self.originalContentType = originalContentType
    }

    /// PR-MESSTRANSP 3.3 steps 5–6. Redirects are an answer like any other: they are not followed (PR-REST 4.4).
    static func call(_ journaled: JournaledRequest, server: OwnSecurityServer) async throws(ExchangeFailure) -> AnsweredRequest {
        let reply: ServiceAnswer
        do { reply = try await server.caller.call(journaled) } catch { throw .service(error) }
        let types = reply.headers.filter { $0.name.equalsIgnoringCase("content-type") }
        let answer =
            switch journaled.verified.received.message.content {
            case .rest(let head): try await rest(reply, to: head, journaled, server)
            case .soap(let request, _, _): try await soap(reply, to: request, contentType: types.first?.value, server)
            }
        return AnsweredRequest(journaled, answer, reply.status, types.first?.value)
    }

    private static func rest(
        _ reply: ServiceAnswer, to request: RESTRequestHead, _ journaled: JournaledRequest, _ server: OwnSecurityServer
    ) async throws(ExchangeFailure) -> AnswerMessage {
        let verified = journaled.verified
        let hash = RESTRequestHash.compute(
            head: verified.received.message.part, bodyDigest: verified.body.flatMap { $0.digest(RESTRequestHash.digest) })
        let head: RESTResponseHead
        do {
            head = try RESTResponseHead(
                status: reply.status, reason: reply.reason, fields: reply.headers, answering: request, requestHash: hash)
        } catch { throw .malformedServiceAnswer(error) }
        let body: (any SpooledBody)?
        do {
            body = try await server.spooling.spool(reply.body, limit: server.limits.bodyBytes, digests: [server.hashAlgorithm])
        } catch { throw Self.failure(error, server) }
        return AnswerMessage(content: .rest(head), part: head.encoded(), body: body)
    }

    private static func soap(
        _ reply: ServiceAnswer, to request: SOAPMessage, contentType text: String?, _ server: OwnSecurityServer
    ) async throws(ExchangeFailure) -> AnswerMessage {
        let limit = server.limits.messagePartBytes
        var bytes: [UInt8] = []
        do throws(TransferFailure) {
            while let piece = try await reply.body.next() {
                guard bytes.count + piece.count <= limit else { throw TransferFailure.overLimit(bytes: limit) }
                bytes += piece
            }
        } catch { throw Self.failure(error, server) }
        let content: SOAPContent
        let headers: MIMEHeaders
        do throws(CodecFailure) {
            guard let text else { throw .invalidContentType("none") }
            let contentType = try ContentType(text)
            content = try SOAPMessage.read(bytes, contentType: contentType, .response)
            headers = MIMEHeaders(contentType: contentType)
        } catch { throw .malformedServiceAnswer(error) }
        switch content {
        // The service's own fault goes to the caller as it is.
        case .fault(let fault): throw .serviceFault(fault, bytes: bytes)
        case .message(let response): return try answer(response, to: request, headers, server)
        }
    }

    /// With the request's hash put in (PR-MESS 2.2), and checked as the consumer's server will: an inconsistent answer is the service's
    /// fault and is told here, before it is signed.
    private static func answer(
        _ response: SOAPMessage, to request: SOAPMessage, _ headers: MIMEHeaders, _ server: OwnSecurityServer
    ) throws(ExchangeFailure) -> AnswerMessage {
        do throws(CodecFailure) {
            let algorithm = server.hashAlgorithm
            let bytes = try SOAPRequestHash.insert(algorithm.digest(request.bytes), algorithm, into: response)
            guard case .message(let hashed) = try SOAPMessage.read(bytes, contentType: headers.contentType ?? .xml, .response)
            else {
                throw .unexpectedContent("a fault in place of a response")
            }
            try hashed.requireAnswer(to: request)
            return AnswerMessage(content: .soap(hashed, headers: headers), part: bytes, body: nil)
        } catch { throw .malformedServiceAnswer(error) }
    }

    private static func failure(_ failure: TransferFailure, _ server: OwnSecurityServer) -> ExchangeFailure {
        if case .overLimit(let bytes) = failure { return .serviceAnswerTooLarge(limit: bytes) }
        return .serviceBroke(failure)
    }
}
