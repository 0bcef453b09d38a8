import MessageCodecs
import MessageLog
import PKI
import XRoadModel

/// A signed call that is in the journal: only such a call's signature may leave.
package struct JournaledCall: Sendable {
    let signed: SignedCall
    let receipt: JournalReceipt
    private let transport: TransportMessage

    var connected: ConnectedCall { signed.connected }
    var message: RequestMessage { connected.received.message }

    private init(_ signed: SignedCall, _ receipt: JournalReceipt, _ transport: TransportMessage) {
        self.signed = signed
        self.receipt = receipt
        self.transport = transport
    }

    /// If we stop after this, the request is in the journal and was never sent: the provider has nothing to answer.
    static func journal(_ signed: SignedCall, server: OwnSecurityServer) async throws(ExchangeFailure) -> JournaledCall {
        let received = signed.connected.received
        let responses: [OCSPResponse]
        do { responses = try server.credentials.authenticationOCSP() } catch { throw .ownServer(error) }
        let transport = TransportMessage(
            head: head(of: received, digest: server.hashAlgorithm), direction: .request, ocspResponses: responses,
            part: received.message.part, partHeaders: received.message.partHeaders, body: signed.connected.body,
            signature: signed.signature, boundary: try server.makeBoundary())
        let receipt = try await server.append(
            part: received.message.part, body: signed.connected.body, signature: signed.signature, of: received.message,
            requestIdentifier: received.requestIdentifier, side: .consumer, direction: .request,
            configuration: signed.connected.addressed.configuration)
        return JournaledCall(signed, receipt, transport)
    }

    /// Sends the whole message over the proved connection (PR-MESSTRANSP 3.2 step 4). Gives why the peer did not take all of it: it
    /// may have answered with its refusal before it read the body, and then that refusal counts.
    func send() async throws(ExchangeFailure) -> PeerFailure? {
        do throws(SendFailure) {
            try await sendAll()
            return nil
        } catch {
            switch error {
            case .peer(let failure): return failure
            case .spool(let failure): throw .spool(failure)
            }
        }
    }

    private enum SendFailure: Error {
        case peer(PeerFailure)
        case spool(TransferFailure)
    }

    private func sendAll() async throws(SendFailure) {
        let channel = connected.channel
        let whole: [UInt8]?
        do { whole = try await transport.whole() } catch { throw .spool(error) }
        do throws(PeerFailure) {
            if let whole { return try await channel.send(path: "/", headers: transport.fields, body: whole) }
            try await channel.startRequest(path: "/", headers: transport.fields)
        } catch { throw .peer(error) }
        try await transport.pieces(
            spoolFailure: { .spool($0) },
            write: { (piece) async throws(SendFailure) in
                do throws(PeerFailure) { try await channel.write(piece) } catch { throw .peer(error) }
            })
        do { try await channel.end() } catch { throw .peer(error) }
    }

    private static func head(of received: ReceivedCall, digest: DigestAlgorithm) -> TransportHead {
        switch received.message.content {
        case .rest(let head):
            TransportHead(
                kind: .rest, digest: digest, originalContentType: head.fields.first("content-type"),
                requestID: received.requestIdentifier, senderVersion: OwnSecurityServer.protocolVersion)
        case .soap(_, let soapAction, let headers):
            TransportHead(
                kind: .soap, digest: digest, originalContentType: headers.contentType?.text,
                requestID: received.requestIdentifier,
                senderVersion: OwnSecurityServer.protocolVersion, originalSOAPAction: soapAction)
        }
    }
}
