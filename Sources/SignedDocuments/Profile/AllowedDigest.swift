import PKI
import XML

/// Rule: digests are by SHA-2, and as long as their algorithm makes them.
enum AllowedDigest {
    /// `ds:DigestMethod` and `ds:DigestValue`, as references and certificate digests have them.
    static func digest(
        _ method: XMLElement, _ value: XMLElement
    ) throws(SignedDocumentFailure) -> (algorithm: DigestAlgorithm, digest: [UInt8]) {
        guard method.isSignature("DigestMethod"), method.children.isEmpty, method.hasOnly(attributes: ["Algorithm"]),
            let uri = method.attribute("Algorithm")
        else { throw .malformedSignature("no digest algorithm at its place") }
        guard !weak.contains(uri) else { throw .cryptographicConstraint("the digest algorithm \(uri)") }
        guard let algorithm = DigestAlgorithm(uri: uri) else {
            throw .malformedSignature("a digest algorithm that is not allowed: \(uri)")
        }
        guard value.isSignature("DigestValue"), value.hasOnly(attributes: []), let digest = value.base64,
            digest.count == algorithm.length
        else { throw .malformedSignature("a digest value that does not fit its algorithm") }
        return (algorithm, digest)
    }

    private static let weak: Set<String> = [DigestAlgorithm.sha1.uri, "http://www.w3.org/2001/04/xmldsig-more#md5"]
}
