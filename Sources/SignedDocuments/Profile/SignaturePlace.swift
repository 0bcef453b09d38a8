import XML

/// Rule: the signature is the root's only child, or the root itself as later versions write it. What stands elsewhere, in an
/// object or an extension, is never verified (signature wrapping).
enum SignaturePlace {
    static func signature(of root: XMLElement) throws(SignedDocumentFailure) -> XMLElement {
        if root.isSignature("Signature") { return root }
        let isList = [XMLNamespace.container, XMLNamespace.formerContainer].contains { root.named("XAdESSignatures", $0) }
        guard isList, root.children.count == 1, root.children[0].isSignature("Signature") else {
            throw .malformedSignature("not exactly one signature at its place")
        }
        return root.children[0]
    }
}
