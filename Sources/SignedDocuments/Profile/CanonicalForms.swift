import XML

/// Rule: what is digested is the canonical form of the element at its place, and never empty: where canonicalization fails, nothing
/// was signed (void canonicalization).
enum CanonicalForms {
    static func form(of element: XMLElement, _ method: CanonicalizationMethod) throws(SignedDocumentFailure) -> [UInt8] {
        let form: [UInt8]
        do { form = try element.document.canonical(element, method) } catch { throw .malformedSignature("\(error)") }
        guard !form.isEmpty else { throw .malformedSignature("an empty canonical form") }
        return form
    }
}
