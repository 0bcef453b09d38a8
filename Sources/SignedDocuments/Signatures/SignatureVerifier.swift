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
    package static func verify(_ data: SignatureData, parts: some SignedParts) throws(SignedDocumentFailure) -> VerifiedSignature
    {
        let document = try SignatureDocument(parsing: data.signature)
        let covered = try covered(by: document, data.hashChain, parts).checked()
        return VerifiedSignature(try ProvenSignature.prove(document), covered)
    }

    /// The same; `batches` remembers the signatures of batches, whose documents come with every message of the batch. Parts and hash
    /// chain are judged each time.
    package static func verify(
        _ data: SignatureData, parts: some SignedParts & Sendable, batches: BatchSignatures
    ) async throws(SignedDocumentFailure) -> VerifiedSignature {
        // A message of a batch has a hash chain.
        guard data.hashChain != nil, let key = batches.key(of: data.signature) else { return try verify(data, parts: parts) }
        if let known = await batches.claim(key) {
            return VerifiedSignature(known, try covered(by: known.document, data.hashChain, parts).checked())
        }
        var remembered: ProvenSignature?
        defer { batches.settle(key, remembered) }
        let document = try SignatureDocument(parsing: data.signature)
        let coverage = try covered(by: document, data.hashChain, parts)
        let covered = try coverage.checked()
        let proven = try ProvenSignature.prove(document)
        if coverage.isOfBatch { remembered = proven }
        return VerifiedSignature(proven, covered)
    }

    private static func covered(
        by document: SignatureDocument, _ hashChain: HashChainDocuments?, _ parts: some SignedParts
    ) throws(SignedDocumentFailure) -> Coverage {
        try SignedHashChain.check(document.information, hashChain)
        return try coverage(of: document.information, hashChain, parts)
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
