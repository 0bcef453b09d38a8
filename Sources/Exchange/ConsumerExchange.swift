import GlobalConfiguration
import Logging
import MessageCodecs
import XRoadModel

/// The consumer's side of every exchange, REST or SOAP: takes a call from an information system, has it carried out by the
/// provider's security server, and answers. The order is PR-MESSTRANSP 3.2's, its reasons are in
/// docs/exchange-cycle.md; each step takes the proof that the step before made,
/// so that none can be left out.
package struct ConsumerExchange: Sendable {
    let server: OwnSecurityServer

    package init(server: OwnSecurityServer) { self.server = server }

    /// Answers exactly once, with the service's answer or with a fault; never throws.
    package func handle(_ call: IncomingCall, reply: any CallerReply) async {
        let started = server.environment.now()
        var record = ExchangeRecord(side: .consumer, requestIdentifier: server.environment.makeIdentifier(), started: started)
        let caller = CallerForm(of: call)
        do throws(ExchangeFailure) {
            let configuration = try server.currentConfiguration(at: started)
            // 1 accept, limit, name the exchange; 2 read who calls what
            let received = try await ReceivedCall.read(call, as: caller, named: record.requestIdentifier, server: server)
            record.note(received.message, named: received.requestIdentifier)
            // 3 may this client use this server, this way
            let admitted = try AdmittedCall.admit(received, by: server.clients)
            // 4 where is the provider
            let addressed = try AddressedCall.locate(admitted, in: configuration)
            // 5 take the whole body into the spool, digesting
            let spooled = try await SpooledCall.spool(addressed, server: server)
            // 6 connect, and prove the peer before any byte of the message
            let connected = try await ConnectedCall.connect(spooled, server: server)
            record.peer = connected.peer.server
            defer { connected.channel.release(reusable: false) }
            // 7 sign every part; 8 journal, before the signature leaves: without it the provider has to refuse
            let signed = try await SignedCall.sign(connected, server: server)
            let journaled = try await JournaledCall.journal(signed, server: server)
            let interruption = try await journaled.send()
            // 9 receive the answer and hold it; 10 verify its signature, that it answers this request, and the request hash
            let answer = try await VerifiedAnswer.receive(for: journaled, after: interruption, server: server)
            connected.channel.release(reusable: true)
            // 11 journal, answer, write the record
            let releasable = try await ReleasableAnswer.journal(answer, server: server)
            record.answerBytes = releasable.answer.byteCount
            await releasable.deliver(through: reply, record: &record)
            record.write(to: server.log, at: server.environment.now())
        } catch {
            let fault = server.faults.prepare(error, on: .consumer, record: &record)
            record.write(to: server.log, at: server.environment.now())
            await server.faults.send(fault, to: caller, through: reply)
        }
    }
}
