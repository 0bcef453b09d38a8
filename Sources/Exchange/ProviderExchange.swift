import GlobalConfiguration
import Logging
import MessageCodecs
import XRoadModel

/// The provider's side of every exchange, REST or SOAP: takes a signed request from another security server, has the service carry
/// it out, and answers signed. The order is PR-MESSTRANSP 3.3's with every check before anything is forwarded; each step takes the
/// proof that the step before made.
package struct ProviderExchange: Sendable {
    let server: OwnSecurityServer

    package init(server: OwnSecurityServer) { self.server = server }

    /// Answers exactly once, with a signed answer or with a fault; never throws. 1: mutual TLS is up when a call arrives here.
    package func handle(_ call: IncomingCall, reply: any CallerReply) async {
        let started = server.environment.now()
        var record = ExchangeRecord(side: .provider, requestIdentifier: "", started: started)
        do throws(ExchangeFailure) {
            let configuration = try server.currentConfiguration(at: started)
            // 2 decode the OCSP parts and the message part
            let received = try await ReceivedTransport.open(call, server: server)
            record.note(received.message, named: received.requestIdentifier)
            // 3 is the peer a security server of this configuration, good by its OCSP parts
            let authenticated = try AuthenticatedTransport.authenticate(received, in: configuration, server: server, at: started)
            record.peer = authenticated.peer.server
            // 4 this server, a client of that server, a service that exists, is on and is granted
            let permitted = try PermittedRequest.permit(authenticated, in: configuration, server: server)
            // 5 only now spool the body, and verify the signature over every part
            let verified = try await VerifiedRequest.verify(permitted, in: configuration, server: server)
            // 6 journal
            let journaled = try await JournaledRequest.journal(verified, server: server)
            // 7 call the service; 8 its answer into the spool; 9 with the request's hash
            let answered = try await AnsweredRequest.call(journaled, server: server)
            record.serviceStatus = answered.serviceStatus
            // 10 sign; 11 journal
            let signed = try await SignedAnswer.sign(answered, server: server)
            let releasable = try await JournaledAnswer.journal(signed, server: server)
            record.answerBytes = releasable.byteCount
            // 12 send answer and signature, write the record
            await releasable.send(through: reply, record: &record)
            record.write(to: server.log, at: server.environment.now())
        } catch {
            let fault = server.faults.prepare(error, on: .provider, record: &record)
            record.write(to: server.log, at: server.environment.now())
            await server.faults.send(fault, to: .peer, through: reply)
        }
    }
}
