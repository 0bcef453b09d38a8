import MessageCodecs
import XRoadModel

/// A call of which it is known who calls what; nothing about it is proved or allowed yet.
package struct ReceivedCall: Sendable {
    let call: IncomingCall
    let message: RequestMessage
    /// `x-road-request-id`: this server's own name for the exchange.
    let requestIdentifier: String

    /// Reads the head of a REST call, or the whole SOAP message (PR-MESSTRANSP 3.2 steps 1–2). A caller's own request id is dropped.
    static func read(
        _ call: IncomingCall, as form: CallerForm, named requestIdentifier: String, server: OwnSecurityServer
    ) async throws(ExchangeFailure) -> ReceivedCall {
        let message: RequestMessage
        if case .rest = form {
            do throws(CodecFailure) {
                let identifier = "\(server.identifier.owner.instance)-\(server.environment.makeIdentifier())"
                let head = try RESTRequestHead(
                    method: call.method, target: call.target, fields: call.headers, requestID: requestIdentifier,
                    messageID: identifier)
                message = RequestMessage(head, part: head.encoded())
            } catch { throw .malformedRequest(error) }
        } else {
            message = try await soap(call, limit: server.limits.messagePartBytes)
        }
        return ReceivedCall(call: call, message: message, requestIdentifier: requestIdentifier)
    }

    private static func soap(_ call: IncomingCall, limit: Int) async throws(ExchangeFailure) -> RequestMessage {
        guard call.method == "POST" else { throw .wrongMethod(call.method) }
        var bytes: [UInt8] = []
        while let next = try await piece(of: call) {
            guard bytes.count + next.count <= limit else { throw .bodyTooLarge(limit: limit) }
            bytes += next
        }
        do throws(CodecFailure) {
            let contentTypes = call.values("content-type")
            guard contentTypes.count == 1, let text = contentTypes.first else { throw .invalidContentType("none or several") }
            return try RequestMessage(
                soap: bytes, soapAction: call.values("soapaction").first, headers: MIMEHeaders(contentType: try ContentType(text))
            )
        } catch { throw .malformedRequest(error) }
    }

    private static func piece(of call: IncomingCall) async throws(ExchangeFailure) -> [UInt8]? {
        do { return try await call.body.next() } catch { throw .callerGone(error) }
    }
}
