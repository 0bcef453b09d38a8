import GlobalConfiguration
import MessageCodecs
import MessageLog
import SignedDocuments
import XRoadModel

/// A permitted request that its client's own member signed, every part covered.
package struct VerifiedRequest: Sendable {
    let permitted: PermittedRequest
    let configuration: ConfigurationSnapshot
    let body: (any SpooledBody)?
    let signature: SignatureData

    var received: ReceivedTransport { permitted.received }

    private init(
        _ permitted: PermittedRequest, _ configuration: ConfigurationSnapshot, _ body: (any SpooledBody)?,
        _ signature: SignatureData
    ) {
        self.permitted = permitted
        self.configuration = configuration
        self.body = body
        self.signature = signature
    }

    /// Only now is the body taken from the connection (PR-MESSTRANSP 3.3 steps 3–4).
    static func verify(
        _ permitted: PermittedRequest, in configuration: ConfigurationSnapshot, server: OwnSecurityServer
    ) async throws(ExchangeFailure) -> VerifiedRequest {
        let received = permitted.received
        var reader = received.reader
        let remainder: TransportRemainder
        do {
            remainder = try await reader.remainder(
                spooling: server.spooling, limit: server.limits.bodyBytes, digests: server.digests(with: received.head.digest))
        } catch { throw TransportRefusal.failure(error) }
        _ = try await server.verify(
            remainder.signature, part: received.message.part, body: remainder.body, digest: received.head.digest,
            of: received.message.client.member, in: configuration)
        return VerifiedRequest(permitted, configuration, remainder.body, remainder.signature)
    }
}

/// A verified request that is in the journal: only such a request reaches the service.
package struct JournaledRequest: Sendable {
    let verified: VerifiedRequest
    let receipt: JournalReceipt

    private init(_ verified: VerifiedRequest, _ receipt: JournalReceipt) {
        self.verified = verified
        self.receipt = receipt
    }

    /// If we stop after this, the request is in the journal and the service was not called.
    static func journal(_ verified: VerifiedRequest, server: OwnSecurityServer) async throws(ExchangeFailure) -> JournaledRequest
    {
        let receipt = try await server.append(
            part: verified.received.message.part, body: verified.body, signature: verified.signature,
            of: verified.received.message,
            requestIdentifier: verified.received.requestIdentifier, side: .provider, direction: .request,
            configuration: verified.configuration)
        return JournaledRequest(verified, receipt)
    }
}
