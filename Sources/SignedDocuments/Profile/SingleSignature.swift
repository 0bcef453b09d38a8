/// Rule: one `ds:Signature` in the whole document, so that no reader can find another one than the verifier.
enum SingleSignature {
    static func check(_ tree: DocumentTree) throws(SignedDocumentFailure) {
        guard tree.signatures == 1 else { throw .malformedSignature("\(tree.signatures) signatures") }
    }
}
