import PKI

/// Recomputes a hash chain from the parts of a message up to its result.
///
/// A chain may cover several messages (batch signatures): what belongs to others stands in it as plain digests. Every reference to
/// a part must be to one of this message's, and every part of this message must be referenced exactly once.
package enum HashChainVerifier {
    /// `chains` holds the hash chain documents by the name that references use. Steps may refer to steps in other documents.
    package static func verify(
        result: [UInt8], chains: [String: [UInt8]], parts: some SignedParts
    ) throws(SignedDocumentFailure) -> [CoveredPart] {
        try coverage(result: result, chains: chains, parts: parts).checked()
    }

    static func coverage(
        result: [UInt8], chains: [String: [UInt8]], parts: some SignedParts
    ) throws(SignedDocumentFailure) -> Coverage {
        let result = try HashChainResult(parsing: result)
        let path = try HashChainPath(from: result, in: chains)
        let references = path.references
        let referenced = Set(references.map(\.name))
        guard referenced.count == references.count else { throw .malformedHashChain("a part that is referenced twice") }
        let given = parts.names
        let unused = given.filter { !referenced.contains($0) }
        var coverage = Coverage()
        coverage.isOfBatch = path.leadsToOthers
        if !unused.isEmpty { coverage.failures.append(.unusedHashChainInputs(unused)) }
        let present = referenced.intersection(given)
        for reference in references { check(reference, parts, isPresent: present.contains(reference.name), &coverage) }
        if result.algorithm.digest(path.encodedRoot()) != result.digest {
            coverage.failures.append(.invalidHashChainResult("its digest is not that of step \(result.reference.step)"))
        }
        return coverage
    }

    private static func check(
        _ reference: HashChainPath.Reference, _ parts: some SignedParts, isPresent: Bool, _ coverage: inout Coverage
    ) {
        if isPresent {
            if let failure = difference(reference, parts) { return coverage.failures.append(failure) }
        } else if !parts.mayLackParts || !PartName.isMessagePart(reference.name) {
            return coverage.failures.append(.unresolvedHashChainReference(reference.name))
        }
        coverage.parts.append(
            CoveredPart(
                name: reference.name, algorithm: reference.algorithm, digest: reference.digest, isPresent: isPresent,
                isInHashChain: true))
    }

    /// X-Road's live verifier puts the part's digest in place of the chain's, and so fails at the result; its container verifier
    /// compares the two. Here both are compared, and only the name of the failure differs.
    private static func difference(_ reference: HashChainPath.Reference, _ parts: some SignedParts) -> SignedDocumentFailure? {
        let digest = parts.digest(of: reference.name, reference.algorithm, canonicalization: reference.canonicalization)
        guard let digest else {
            return .unresolvedHashChainReference("\(reference.name), by \(reference.algorithm.name)")
        }
        guard digest != reference.digest else { return nil }
        return parts.areAtHand
            ? .invalidHashChainReference(reference.name) : .invalidHashChainResult("the digest of \(reference.name) differs")
    }
}
