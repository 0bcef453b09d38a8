import XML

/// Rule: `SignedInfo` is a canonicalization, a signature method, and references up to a limit.
enum SignedInformationForm {
    static let maximumReferences = 256

    struct Elements {
        let canonicalization, method: XMLElement
        let references: ArraySlice<XMLElement>
    }

    static func elements(of information: XMLElement) throws(SignedDocumentFailure) -> Elements {
        let children = information.children
        guard information.isSignature("SignedInfo"), children.count > 2 else {
            throw .malformedSignature("no SignedInfo with methods and references at its place")
        }
        guard children.count <= maximumReferences + 2 else {
            throw .malformedSignature("more than \(maximumReferences) references")
        }
        return Elements(canonicalization: children[0], method: children[1], references: children.dropFirst(2))
    }
}
