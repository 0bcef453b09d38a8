import GlobalConfiguration
import PKI
import SignedDocuments
import XRoadModel

extension OwnSecurityServer {
    /// The signature over every part, made by the member itself with a certificate that is good now (PR-MESSTRANSP 3.2 step 7, 3.3
    /// step 4). `digest` is what the sender says it digested with. Of a batch's signature only the value is remembered: what it covers
    /// of this message, and whose it is now, is judged here each time.
    func verify(
        _ signature: SignatureData, part: [UInt8], body: (any SpooledBody)?, digest: DigestAlgorithm, of member: MemberIdentifier,
        in configuration: ConfigurationSnapshot
    ) async throws(ExchangeFailure) -> MemberSignature {
        var parts = PartDigests(message: part)
        if let body {
            guard let taken = body.digest(digest) else { throw .unsupportedHashAlgorithm(digest.name) }
            parts.addAttachment(digest, taken)
        }
        do throws(SignedDocumentFailure) {
            let verified = try await SignatureVerifier.verify(signature, parts: parts, batches: batchSignatures)
            return try signerTrust.trust(verified, of: member, in: configuration, at: environment.now())
        } catch { throw .signature(error) }
    }

    /// What bodies are digested with while they pass: for the signature, and for the REST request hash.
    func digests(with other: DigestAlgorithm) -> [DigestAlgorithm] {
        other == hashAlgorithm ? [hashAlgorithm] : [hashAlgorithm, other]
    }
}
