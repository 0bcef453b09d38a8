import MessageCodecs
import MessageLog
import SignedDocuments
import XRoadModel

/// An answer signed by the member that provides the service, every part covered.
package struct SignedAnswer: Sendable {
    let answered: AnsweredRequest
    let signature: SignatureData

    private init(_ answered: AnsweredRequest, _ signature: SignatureData) {
        self.answered = answered
        self.signature = signature
    }

    static func sign(_ answered: AnsweredRequest, server: OwnSecurityServer) async throws(ExchangeFailure) -> SignedAnswer {
        let provider = answered.journaled.verified.received.message.service.provider
        let signature = try await server.sign(part: answered.answer.part, body: answered.answer.body, of: provider.member)
        return SignedAnswer(answered, signature)
    }
}

/// A signed answer that is in the journal: only such an answer goes back to the consumer.
package struct JournaledAnswer: Sendable {
    let signed: SignedAnswer
    let receipt: JournalReceipt
    private let transport: TransportMessage

    var byteCount: Int { signed.answered.answer.byteCount }

    private init(_ signed: SignedAnswer, _ receipt: JournalReceipt, _ transport: TransportMessage) {
        self.signed = signed
        self.receipt = receipt
        self.transport = transport
    }

    /// If we stop after this, the answer is in the journal and the consumer may not have it: it may ask again.
    static func journal(_ signed: SignedAnswer, server: OwnSecurityServer) async throws(ExchangeFailure) -> JournaledAnswer {
        let verified = signed.answered.journaled.verified
        let answer = signed.answered.answer
        let headers: MIMEHeaders? = if case .soap(_, let headers) = answer.content { headers } else { nil }
        let head = TransportHead(
            kind: verified.received.message.kind, digest: server.hashAlgorithm,
            originalContentType: signed.answered.originalContentType)
        let transport = TransportMessage(
            head: head, direction: .response, ocspResponses: [], part: answer.part, partHeaders: headers, body: answer.body,
            signature: signed.signature, boundary: try server.makeBoundary())
        let receipt = try await server.append(
            part: answer.part, body: answer.body, signature: signed.signature, of: verified.received.message,
            requestIdentifier: verified.received.requestIdentifier, side: .provider, direction: .response,
            configuration: verified.configuration)
        return JournaledAnswer(signed, receipt, transport)
    }

    /// PR-MESSTRANSP 3.3 step 7. A consumer that is gone meanwhile is noted in the record, no more: the exchange took place.
    func send(through reply: any CallerReply, record: inout ExchangeRecord) async {
        do throws(TransferFailure) {
            if let whole = try await transport.whole() {
                return try await reply.respond(status: 200, headers: transport.fields, body: whole)
            }
            try await reply.start(status: 200, headers: transport.fields)
            try await transport.pieces(spoolFailure: { $0 }, write: reply.write)
            try await reply.end()
        } catch {
            record.callerGone = error.words
        }
    }
}
