/// Rule: a reference to a part has no type and no transform: the part's own bytes are signed.
enum PlainReferences {
    static func check(_ parts: [SignatureReference]) throws(SignedDocumentFailure) {
        guard parts.allSatisfy({ $0.type == nil && $0.canonicalization == nil }) else {
            throw .malformedSignature("a reference to a part has a type or a transform")
        }
    }
}
