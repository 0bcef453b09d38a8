import PKI
import XML

/// Rule: RSA PKCS#1 v1.5 or ECDSA with SHA-2. Message authentication codes are not signatures: their key would be public here.
enum AllowedSignatureAlgorithm {
    static func algorithm(of method: XMLElement) throws(SignedDocumentFailure) -> SignatureAlgorithm {
        guard method.isSignature("SignatureMethod"), method.children.isEmpty, method.hasOnly(attributes: ["Algorithm"]),
            let uri = method.attribute("Algorithm")
        else { throw .malformedSignature("no signature algorithm at its place") }
        guard !weak.contains(uri) else { throw .cryptographicConstraint("the signature algorithm \(uri)") }
        guard let algorithm = SignatureAlgorithm(uri: uri) else {
            throw .malformedSignature("a signature algorithm that is not allowed: \(uri)")
        }
        return algorithm
    }

    /// Signatures proper, over digests that are broken (ETSI TS 119 312).
    private static let weak: Set<String> = [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1", "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
    ]
}
