import MessageCodecs
import PKI
import SignedDocuments
import XRoadModel

/// An answer as it is signed and journaled, whatever its protocol.
package final class AnswerMessage: Sendable {
    package enum Content: Sendable {
        case soap(SOAPMessage, headers: MIMEHeaders)
        case rest(RESTResponseHead)
    }

    package let content: Content
    /// The bytes that are signed as `/message.xml`.
    package let part: [UInt8]
    package let body: (any SpooledBody)?

    init(content: Content, part: [UInt8], body: (any SpooledBody)?) {
        self.content = content
        self.part = part
        self.body = body
    }

    var byteCount: Int { part.count + (body?.byteCount ?? 0) }
}

/// An answer that the provider signed and that answers exactly this request; held until here (PR-MESSTRANSP 3.2 steps 5–7).
package struct VerifiedAnswer: Sendable {
    let journaled: JournaledCall
    let answer: AnswerMessage
    let signature: SignatureData
    /// The SOAP answer's content type as the service sent it.
    let originalContentType: String?

    private init(_ journaled: JournaledCall, _ answer: AnswerMessage, _ signature: SignatureData, _ originalContentType: String?)
    {
        self.journaled = journaled
        self.answer = answer
        self.signature = signature
        self.originalContentType = originalContentType
    }

    /// `interruption`: why the request could not be sent to its end.
    static func receive(
        for journaled: JournaledCall, after interruption: PeerFailure?, server: OwnSecurityServer
    ) async throws(ExchangeFailure) -> VerifiedAnswer {
        let (head, contentType) = try await head(of: journaled, after: interruption)
        let transport: TransportHead
        var reader: TransportReader
        do throws(CodecFailure) {
            let kind = journaled.message.kind
            var limits = TransportLimits()
            limits.messageBytes = server.limits.messagePartBytes
            let decoder = try TransportDecoder(direction: .response, kind: kind, contentType: contentType, limits: limits)
            reader = TransportReader(decoder, AnswerBody(channel: journaled.connected.channel))
            transport =
                contentType.mediaType == MediaType.xml
                ? TransportHead(kind: kind, originalContentType: nil) : try TransportHead(response: head, kind: kind)
        } catch { throw .malformedAnswer(error) }
        let opening: TransportOpening
        let remainder: TransportRemainder
        do throws(TransportReadFailure) {
            opening = try await reader.opening()
            remainder = try await reader.remainder(
                spooling: server.spooling, limit: server.limits.bodyBytes, digests: server.digests(with: transport.digest))
        } catch { throw Self.failure(error) }
        let answer = try decode(opening, remainder.body)
        try await verify(answer, remainder.signature, transport.digest, journaled, server)
        try requireAnswer(answer, to: journaled)
        return VerifiedAnswer(journaled, answer, remainder.signature, transport.originalContentType)
    }

    private static func head(
        of journaled: JournaledCall, after interruption: PeerFailure?
    ) async throws(ExchangeFailure) -> (headers: [(name: String, value: String)], contentType: ContentType) {
        let status: Int
        let headers: [(name: String, value: String)]
        do { (status, headers) = try await journaled.connected.channel.answerHead() } catch {
            throw .peer(interruption ?? error)
        }
        guard status == 200 || status == 500 else {
            throw .peer(.malformed(address: journaled.connected.peer.server.description, reason: "HTTP status \(status)"))
        }
        let types = headers.filter { $0.name.equalsIgnoringCase("content-type") }
        do throws(CodecFailure) {
            guard types.count == 1 else { throw .invalidContentType("none or several") }
            return (headers, try ContentType(types[0].value))
        } catch { throw .malformedAnswer(error) }
    }

    private static func decode(_ opening: TransportOpening, _ body: (any SpooledBody)?) throws(ExchangeFailure) -> AnswerMessage {
        do throws(CodecFailure) {
            guard let headers = opening.headers else {
                return AnswerMessage(
                    content: .rest(try RESTResponseHead.decode(opening.messagePart)), part: opening.messagePart, body: body)
            }
            switch try SOAPMessage.read(opening.messagePart, contentType: headers.contentType ?? .xml, .response) {
            case .message(let message):
                return AnswerMessage(content: .soap(message, headers: headers), part: opening.messagePart, body: body)
            case .fault: throw .unexpectedContent("a signed fault")
            }
        } catch { throw .malformedAnswer(error) }
    }

    private static func verify(
        _ answer: AnswerMessage, _ signature: SignatureData, _ digest: DigestAlgorithm, _ journaled: JournaledCall,
        _ server: OwnSecurityServer
    ) async throws(ExchangeFailure) {
        _ = try await server.verify(
            signature, part: answer.part, body: answer.body, digest: digest, of: journaled.message.service.provider.member,
            in: journaled.connected.addressed.configuration)
    }

    /// Same ids, same request hash: the answer belongs to this request and to no other (PR-MESS 2.2, PR-REST 4.3).
    private static func requireAnswer(_ answer: AnswerMessage, to journaled: JournaledCall) throws(ExchangeFailure) {
        do throws(CodecFailure) {
            switch (answer.content, journaled.message.content) {
            case (.rest(let response), .rest(let request)):
                let hash = RESTRequestHash.compute(
                    head: journaled.message.part,
                    bodyDigest: journaled.connected.body.flatMap { $0.digest(RESTRequestHash.digest) })
                try response.requireAnswer(to: request, requestHash: hash)
            case (.soap(let response, _), .soap(let request, _, _)):
                try response.requireAnswer(to: request)
            case (.rest, .soap), (.soap, .rest): throw .missingMessage(journaled.message.kind)
            }
        } catch {
            switch error {
            case .inconsistentResponse(let difference), .inconsistentHeaders(let difference):
                throw .inconsistentAnswer(difference)
            default: throw .malformedAnswer(error)
            }
        }
    }

    private static func failure(_ failure: TransportReadFailure) -> ExchangeFailure {
        switch failure {
        case .codec(let failure): .malformedAnswer(failure)
        case .transfer(let failure): .peer(.closed(address: "of the provider", reason: failure.words))
        case .bodyTooLarge(let limit): .malformedAnswer(.limitExceeded(.bodyBytes, limit: limit))
        case .spool(let failure): .spool(failure)
        case .fault(let bytes): peerFault(bytes)
        }
    }

    private static func peerFault(_ bytes: [UInt8]) -> ExchangeFailure {
        do { return .peerFault(try Fault.read(soap: bytes), bytes: bytes) } catch { return .malformedAnswer(error) }
    }
}

/// The answer's bytes off the connection.
private struct AnswerBody: BodySource {
    let channel: any PeerChannel

    func next() async throws(TransferFailure) -> [UInt8]? {
        do { return try await channel.nextAnswerBytes() } catch { throw .failed(error.words) }
    }
}
