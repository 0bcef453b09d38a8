import PKI
import XRoadModel

/// A signature that was made by the key of its certificate and covers the parts given. Only `SignatureVerifier` makes one.
/// Whether the certificate is to be trusted is not decided here: see `VerificationTrust`.
package struct VerifiedSignature: Sendable {
    package let certificate: Certificate
    /// Further certificates that the signer sent to complete the chain.
    package let extraCertificates: [Certificate]
    /// As the signer claims.
    package let signingTime: Instant
    /// DER, for the certificates of the chain, as the signer sent them.
    package let ocspResponses: [[UInt8]]
    package let algorithm: SignatureAlgorithm
    package let parts: [CoveredPart]
    /// DER of a time-stamp token over the signature value, not verified.
    package let timestamp: [UInt8]?

    fileprivate init(_ proven: ProvenSignature, _ parts: [CoveredPart]) {
        let document = proven.document
        certificate = document.certificate
        extraCertificates = document.properties.extraCertificates
        signingTime = document.properties.signingTime
        ocspResponses = document.properties.ocspResponses
        algorithm = document.information.algorithm
        timestamp = document.properties.timestamp
        self.parts = parts
    }

    /// How far the signer's clock may be ahead of ours.
    private static let clockToleranceSeconds: Int64 = 60

    /// Refuses a signature that claims to be made after `instant`. Depends on the signature alone: no verdict on its certificate
    /// replaces it.
    package func checkSigningTime(at instant: Instant) throws(SignedDocumentFailure) {
        guard signingTime <= instant.adding(seconds: Self.clockToleranceSeconds) else {
            throw .malformedSignature("it claims to be made at \(signingTime), later than \(instant)")
        }
    }
}

/// Verifies signatures by the closed profile. X-Road's order is kept, so that the first failure is the one that it would
/// report: document, hash chain, certificate, value, parts.
package enum SignatureVerifier {
    /// Every part given must be covered exactly once, and unless `parts` may lack some, nothing else may be.
    ///
    /// - Parameter batches: remembers the signatures of batches, whose documents come with every message of the batch. Parts and
    ///   hash chain are judged each time.
    package static func verify(
        _ data: SignatureData, parts: some SignedParts, batches: BatchSignatures? = nil
    ) throws(SignedDocumentFailure) -> VerifiedSignature {
        let key = batches.flatMap { $0.key(of: data.signature) }
        let known = key.flatMap { batches?.signature($0) }
        let document = if let known { known.document } else { try SignatureDocument(parsing: data.signature) }
        try SignedHashChain.check(document.information, data.hashChain)
        let coverage = try coverage(of: document.information, data.hashChain, parts)
        let covered = try coverage.checked()
        if let known { return VerifiedSignature(known, covered) }
        let proven = try ProvenSignature.prove(document)
        if coverage.isOfBatch, let key { batches?.remember(proven, key) }
        return VerifiedSignature(proven, covered)
    }

    static func coverage(
        of information: SignedInformation, _ hashChain: HashChainDocuments?, _ parts: some SignedParts
    ) throws(SignedDocumentFailure) -> Coverage {
        guard information.isToHashChain else { return CompleteCoverage.coverage(of: information.parts, parts) }
        guard let hashChain else { throw .invalidReference(PartName.hashChainResult) }
        var coverage = try HashChainVerifier.coverage(
            result: hashChain.result, chains: [PartName.hashChain: hashChain.chain], parts: parts)
        for reference in information.parts where reference.algorithm.digest(hashChain.result) != reference.digest {
            coverage.failures.append(.digestMismatch(reference.uri))
        }
        return coverage
    }
}
