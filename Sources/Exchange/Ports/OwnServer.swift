import GlobalConfiguration
import PKI
import SignedDocuments
import XRoadModel

/// Time and names come in from outside, so that an exchange can be replayed in a test.
package protocol ExchangeEnvironment: Sendable {
    func now() -> Instant
    /// A fresh random UUID in lower case.
    func makeIdentifier() -> String
}

/// The configuration that is valid now.
package protocol ConfigurationProviding: Sendable {
    /// The current snapshot; refuses when none was ever loaded or the last one has expired.
    func current(at now: Instant) throws(ConfigurationFailure) -> ConfigurationSnapshot
}

/// This security server's own keys, certificates and their OCSP responses.
package protocol OwnCredentials: Sendable {
    /// The current OCSP responses of the authentication certificate's chain, without the top CA, for the transport message.
    func authenticationOCSP() throws(OwnServerFailure) -> [OCSPResponse]
    /// The signing key and certificate of a member, with an OCSP response that peers will accept now.
    func signer(for member: MemberIdentifier) throws(OwnServerFailure) -> MessageSigner
}

/// What a member signs with now.
package struct MessageSigner: Sendable {
    package let signing: any MessageSigning
    package let ocspResponse: OCSPResponse

    package init(signing: any MessageSigning, ocspResponse: OCSPResponse) {
        self.signing = signing
        self.ocspResponse = ocspResponse
    }
}

/// A member's signing key. Messages that wait for it at the same time may share a signature.
package protocol MessageSigning: Sendable {
    /// By which digests are to be taken; goes into `x-hash-algorithm`.
    var digest: DigestAlgorithm { get }
    func sign(
        _ message: MessageDigests, at time: Instant, ocspResponse: OCSPResponse
    ) async throws(OwnServerFailure) -> SignatureData
}

/// What this security server lacks to take part.
package enum OwnServerFailure: Error, Sendable, Equatable {
    case noSigningKey(MemberIdentifier)
    case noCurrentOCSP(certificate: String, reason: String)
    case signingFailed(String)
    /// More messages wait for the signing key than this server takes.
    case signingOverloaded(waiting: Int)
}
