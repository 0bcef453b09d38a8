/// Rule: no part is referenced twice, so that no two digests compete for it.
enum DistinctReferences {
    static func check(_ parts: [SignatureReference]) throws(SignedDocumentFailure) {
        guard Set(parts.map(\.uri)).count == parts.count else { throw .malformedSignature("a part is referenced twice") }
    }
}
