import MessageCodecs
import MessageLog
import XRoadModel

/// A verified answer that is in the journal: only such an answer reaches the information system.
package struct ReleasableAnswer: Sendable {
    let verified: VerifiedAnswer
    let receipt: JournalReceipt

    var answer: AnswerMessage { verified.answer }

    private init(_ verified: VerifiedAnswer, _ receipt: JournalReceipt) {
        self.verified = verified
        self.receipt = receipt
    }

    /// If we stop after this, the exchange is in both journals and the caller has no answer: it may ask again.
    static func journal(_ verified: VerifiedAnswer, server: OwnSecurityServer) async throws(ExchangeFailure) -> ReleasableAnswer {
        let journaled = verified.journaled
        let receipt = try await server.append(
            part: verified.answer.part, body: verified.answer.body, signature: verified.signature, of: journaled.message,
            requestIdentifier: journaled.connected.received.requestIdentifier, side: .consumer, direction: .response,
            configuration: journaled.connected.addressed.configuration)
        return ReleasableAnswer(verified, receipt)
    }

    /// PR-MESSTRANSP 3.2 step 8. A caller that is gone meanwhile is noted in the record, no more: the exchange took place.
    func deliver(through reply: any CallerReply, record: inout ExchangeRecord) async {
        do throws(TransferFailure) {
            switch answer.content {
            case .soap(_, let headers):
                let type = verified.originalContentType ?? headers.contentType?.text ?? ContentType.xml.text
                try await reply.respond(status: 200, headers: [("Content-Type", type)], body: answer.part)
            case .rest(let head): try await deliver(head, through: reply)
            }
        } catch {
            record.callerGone = error.words
        }
    }

    private func deliver(_ head: RESTResponseHead, through reply: any CallerReply) async throws(TransferFailure) {
        let headers = head.fields.map { ($0.name, $0.value) }
        guard let body = answer.body else { return try await reply.respond(status: head.status, headers: headers, body: []) }
        let source = body.source()
        if body.byteCount <= TransportMessage.wholeBytes {
            var bytes: [UInt8] = []
            while let piece = try await source.next() { bytes += piece }
            return try await reply.respond(status: head.status, headers: headers, body: bytes)
        }
        try await reply.start(status: head.status, headers: headers + [("Content-Length", String(body.byteCount))])
        while let piece = try await source.next() { try await reply.write(piece) }
        try await reply.end()
    }
}
