import PKI

/// What a signature or hash chain covers of the parts given, with everything that is wrong about it.
struct Coverage {
    var parts: [CoveredPart] = []
    var failures: [SignedDocumentFailure] = []
    /// Whether a hash chain leads to other messages too, which the same signature covers.
    var isOfBatch = false

    /// The parts, where nothing is wrong.
    func checked() throws(SignedDocumentFailure) -> [CoveredPart] {
        if let failure = failures.first { throw failure }
        return parts
    }

    /// Of a signature that refers to its parts directly.
    init(of references: [SignatureReference], _ parts: some SignedParts) {
        let referenced = Set(references.map(\.uri))
        let given = Set(parts.names)
        for name in parts.names where !referenced.contains(name) {
            failures.append(.malformedSignature("\(name) is not covered"))
        }
        for reference in references {
            let isPresent = given.contains(reference.uri)
            if isPresent {
                guard let digest = parts.digest(of: reference.uri, reference.algorithm, canonicalization: nil) else {
                    failures.append(.malformedSignature("no \(reference.algorithm.name) digest of \(reference.uri) was taken"))
                    continue
                }
                guard digest == reference.digest else {
                    failures.append(.digestMismatch(reference.uri))
                    continue
                }
            } else if !parts.mayLackParts {
                failures.append(.invalidReference(reference.uri))
                continue
            }
            self.parts.append(
                CoveredPart(
                    name: reference.uri, algorithm: reference.algorithm, digest: reference.digest, isPresent: isPresent,
                    isInHashChain: false))
        }
    }

    init() {}
}
