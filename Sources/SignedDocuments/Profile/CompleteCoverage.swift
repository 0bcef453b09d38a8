import PKI

/// Rule: a signature that refers to its parts directly covers every part given, each with the digest of its own bytes, and nothing
/// else unless parts may be missing. The same for hash chains is in `HashChainVerifier`.
enum CompleteCoverage {
    static func coverage(of references: [SignatureReference], _ parts: some SignedParts) -> Coverage {
        var coverage = Coverage()
        let referenced = Set(references.map(\.uri))
        let given = Set(parts.names)
        for name in parts.names where !referenced.contains(name) {
            coverage.failures.append(.malformedSignature("\(name) is not covered"))
        }
        for reference in references {
            let isPresent = given.contains(reference.uri)
            if let failure = failure(of: reference, parts, isPresent: isPresent) {
                coverage.failures.append(failure)
                continue
            }
            coverage.parts.append(
                CoveredPart(
                    name: reference.uri, algorithm: reference.algorithm, digest: reference.digest, isPresent: isPresent,
                    isInHashChain: false))
        }
        return coverage
    }

    private static func failure(
        of reference: SignatureReference, _ parts: some SignedParts, isPresent: Bool
    ) -> SignedDocumentFailure? {
        guard isPresent else { return parts.mayLackParts ? nil : .invalidReference(reference.uri) }
        guard let digest = parts.digest(of: reference.uri, reference.algorithm, canonicalization: nil) else {
            return .malformedSignature("no \(reference.algorithm.name) digest of \(reference.uri) was taken")
        }
        return digest == reference.digest ? nil : .digestMismatch(reference.uri)
    }
}
