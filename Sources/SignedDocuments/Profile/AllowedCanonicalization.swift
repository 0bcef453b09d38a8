import XML

/// Rule: Canonical XML 1.0 or Exclusive Canonicalization 1.0, without comments and without parameters: `InclusiveNamespaces` would
/// make the canonical form the signer's choice.
enum AllowedCanonicalization {
    /// `name` is the element's: a method or a transform.
    static func method(
        of element: XMLElement, _ name: String
    ) throws(SignedDocumentFailure) -> CanonicalizationMethod {
        guard element.isSignature(name), element.children.isEmpty, element.hasOnly(attributes: ["Algorithm"]),
            let method = element.attribute("Algorithm").flatMap(CanonicalizationMethod.init(uri:))
        else { throw .malformedSignature("\(name) is not one of the two allowed canonicalizations") }
        return method
    }
}
