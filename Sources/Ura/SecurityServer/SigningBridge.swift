import Exchange
import KeyVault
import PKI
import SignedDocuments
import XRoadModel

/// A member's key file, as the exchange sees it.
extension SigningQueue: MessageSigning {
    package func sign(
        _ message: MessageDigests, at time: Instant, ocspResponse: OCSPResponse
    ) async throws(OwnServerFailure) -> SignatureData {
        do { return try await sign(message, at: time, ocspResponse: ocspResponse.der) } catch {
            switch error {
            case .signingOverloaded(let waiting): throw .signingOverloaded(waiting: waiting)
            default: throw .signingFailed("\(error)")
            }
        }
    }
}
