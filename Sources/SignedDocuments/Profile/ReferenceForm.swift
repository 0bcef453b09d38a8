import PKI
import XML

/// One `ds:Reference`.
struct SignatureReference: Sendable {
    let id: String?
    let uri: String
    let type: String?
    let canonicalization: CanonicalizationMethod?
    let algorithm: DigestAlgorithm
    let digest: [UInt8]

    var isToSignedProperties: Bool { type == XMLNamespace.signedPropertiesType }
}

/// Rule: a reference has a URI, at most one transform, which is a canonicalization, and a digest. XSLT, XPath, enveloped and base64
/// transforms would run the signer's program; a chain of transforms would cost what he likes.
enum ReferenceForm {
    static func reference(_ element: XMLElement) throws(SignedDocumentFailure) -> SignatureReference {
        guard element.isSignature("Reference"), element.hasOnly(attributes: ["Id", "URI", "Type"]),
            let uri = element.attribute("URI")
        else { throw .malformedSignature("SignedInfo holds something other than references with a URI") }
        var children = element.children[...]
        var canonicalization: CanonicalizationMethod?
        if let transforms = children.first, transforms.isSignature("Transforms") {
            guard transforms.children.count == 1, let transform = transforms.children.first else {
                throw .malformedSignature("the reference to \(uri) has more than one transform")
            }
            canonicalization = try AllowedCanonicalization.method(of: transform, "Transform")
            children = children.dropFirst()
        }
        guard children.count == 2, let method = children.first, let value = children.last else {
            throw .malformedSignature("the reference to \(uri) is not of the form transforms, method, value")
        }
        let (algorithm, digest) = try AllowedDigest.digest(method, value)
        return SignatureReference(
            id: element.attribute("Id"), uri: uri, type: element.attribute("Type"), canonicalization: canonicalization,
            algorithm: algorithm, digest: digest)
    }
}
