import MessageCodecs
import PKI
import XRoadModel

/// The beginning of a transport message: who says what, with nothing proved and nothing of the body taken from the connection.
package struct ReceivedTransport: Sendable {
    let call: IncomingCall
    let head: TransportHead
    let message: RequestMessage
    let ocspResponses: [OCSPResponse]
    let requestIdentifier: String
    let reader: TransportReader

    /// PR-MESSTRANSP 3.3 steps 2–3: OCSP parts and the message part.
    static func open(_ call: IncomingCall, server: OwnSecurityServer) async throws(ExchangeFailure) -> ReceivedTransport {
        guard call.method == "POST" else { throw .wrongMethod(call.method) }
        let head: TransportHead
        var reader: TransportReader
        do throws(CodecFailure) {
            let types = call.values("content-type")
            guard types.count == 1 else { throw .invalidContentType("none or several") }
            head = try TransportHead(request: call.headers)
            var limits = TransportLimits()
            limits.messageBytes = server.limits.messagePartBytes
            reader = TransportReader(
                try TransportDecoder(
                    direction: .request, kind: head.kind, contentType: try ContentType(types[0]), limits: limits), call.body)
        } catch { throw .malformedRequest(error) }
        let opening: TransportOpening
        do { opening = try await reader.opening() } catch { throw TransportRefusal.failure(error) }
        let message = try Self.message(opening, head)
        // The consumer's own mark; one that it leaves out is replaced, so that the journal can always be searched by it.
        return ReceivedTransport(
            call: call, head: head, message: message, ocspResponses: opening.ocspResponses,
            requestIdentifier: head.requestID ?? server.environment.makeIdentifier(), reader: reader)
    }

    private static func message(_ opening: TransportOpening, _ head: TransportHead) throws(ExchangeFailure) -> RequestMessage {
        do throws(CodecFailure) {
            guard let headers = opening.headers else {
                return RequestMessage(try RESTRequestHead.decode(opening.messagePart), part: opening.messagePart)
            }
            return try RequestMessage(soap: opening.messagePart, soapAction: head.originalSOAPAction, headers: headers)
        } catch { throw .malformedRequest(error) }
    }
}

/// Whose fault it is when a request of a peer cannot be read.
enum TransportRefusal {
    static func failure(_ failure: TransportReadFailure) -> ExchangeFailure {
        switch failure {
        case .codec(let failure): .malformedRequest(failure)
        case .transfer(let failure): .callerGone(failure)
        case .bodyTooLarge(let limit): .bodyTooLarge(limit: limit)
        case .spool(let failure): .spool(failure)
        case .fault: .malformedRequest(.unexpectedContent("a fault in place of the signature"))
        }
    }
}
