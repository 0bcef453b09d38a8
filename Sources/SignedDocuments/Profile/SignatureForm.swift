import XML

/// Rule: a signature is `SignedInfo`, `SignatureValue`, `KeyInfo` and one `Object`, in this order and nothing else.
enum SignatureForm {
    struct Elements {
        let id: String
        let information, value, keyInformation, object: XMLElement
    }

    static func elements(of signature: XMLElement) throws(SignedDocumentFailure) -> Elements {
        let children = signature.children
        guard children.count == 4, let id = signature.attribute("Id") else {
            throw .malformedSignature("the signature has no id or other elements than the four it needs")
        }
        return Elements(
            id: id, information: children[0], value: children[1], keyInformation: children[2], object: children[3])
    }
}
