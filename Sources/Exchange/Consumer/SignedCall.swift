import PKI
import SignedDocuments
import XRoadModel

/// A call signed by the member that makes it, every part covered.
package struct SignedCall: Sendable {
    let connected: ConnectedCall
    let signature: SignatureData

    private init(_ connected: ConnectedCall, _ signature: SignatureData) {
        self.connected = connected
        self.signature = signature
    }

    static func sign(_ connected: ConnectedCall, server: OwnSecurityServer) async throws(ExchangeFailure) -> SignedCall {
        let message = connected.received.message
        let signature = try await server.sign(part: message.part, body: connected.body, of: message.client.member)
        return SignedCall(connected, signature)
    }
}

extension OwnSecurityServer {
    /// PR-MESSTRANSP 3.2 step 4h, 3.3 step 7f: over the digests of the message part and, where there is one, of the body.
    func sign(
        part: [UInt8], body: (any SpooledBody)?, of member: MemberIdentifier
    ) async throws(ExchangeFailure) -> SignatureData {
        let signer: MessageSigner
        do { signer = try credentials.signer(for: member) } catch { throw .ownServer(error) }
        let digest = signer.signing.digest
        var attachments: [[UInt8]] = []
        if let body {
            guard let taken = body.digest(digest) else {
                throw .ownServer(.signingFailed("no \(digest.name) digest of the body"))
            }
            attachments = [taken]
        }
        do {
            return try await signer.signing.sign(
                MessageDigests(message: digest.digest(part), attachments: attachments), at: environment.now(),
                ocspResponse: signer.ocspResponse)
        } catch { throw .ownServer(error) }
    }
}
