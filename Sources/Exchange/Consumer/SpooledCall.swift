/// An addressed call whose body is here as a whole, within the limit and digested. Nothing of a message that breaks a limit leaves
/// (docs/decisions/0005-spool-before-send.md).
package struct SpooledCall: Sendable {
    let addressed: AddressedCall
    let body: (any SpooledBody)?

    private init(_ addressed: AddressedCall, _ body: (any SpooledBody)?) {
        self.addressed = addressed
        self.body = body
    }

    /// A SOAP message has been read whole before; only REST has a body here.
    static func spool(_ addressed: AddressedCall, server: OwnSecurityServer) async throws(ExchangeFailure) -> SpooledCall {
        let received = addressed.admitted.received
        guard received.message.kind == .rest else { return SpooledCall(addressed, nil) }
        do throws(TransferFailure) {
            let body = try await server.spooling.spool(
                received.call.body, limit: server.limits.bodyBytes, digests: [server.hashAlgorithm])
            return SpooledCall(addressed, body)
        } catch {
            if case .overLimit(let limit) = error { throw .bodyTooLarge(limit: limit) }
            throw .callerGone(error)
        }
    }
}
