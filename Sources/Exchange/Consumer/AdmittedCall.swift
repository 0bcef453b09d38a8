import AccessPolicy

/// A call whose sender may speak for the client it names.
package struct AdmittedCall: Sendable {
    let received: ReceivedCall

    private init(_ received: ReceivedCall) { self.received = received }

    static func admit(_ received: ReceivedCall, by clients: LocalClients) throws(ExchangeFailure) -> AdmittedCall {
        let client = received.message.client
        do { try clients.admit(client, over: received.call.connection) } catch { throw .clientNotAdmitted(client, error.reason) }
        return AdmittedCall(received)
    }
}
