import XML

/// Rule: the object is the `QualifyingProperties` of this signature: signed properties, then unsigned ones.
enum QualifyingPropertiesForm {
    struct Elements {
        let signed: XMLElement
        let signedSignature: XMLElement
        let formats: [XMLElement]
        let unsignedSignature: XMLElement
    }

    static func elements(in object: XMLElement, ofSignature id: String) throws(SignedDocumentFailure) -> Elements {
        guard object.isSignature("Object"), object.children.count == 1, let properties = object.children.first,
            properties.isXAdES("QualifyingProperties"), properties.attribute("Target") == "#" + id
        else { throw .malformedSignature("no QualifyingProperties of the signature at their place") }
        let children = properties.children
        guard children.count == 2, children[0].isXAdES("SignedProperties"), children[1].isXAdES("UnsignedProperties") else {
            throw .malformedSignature("QualifyingProperties are not signed properties and then unsigned ones")
        }
        let signed = children[0].children
        guard let signature = signed.first, signature.isXAdES("SignedSignatureProperties") else {
            throw .malformedSignature("no SignedSignatureProperties")
        }
        let objects = signed.dropFirst()
        guard objects.count <= 1, objects.allSatisfy({ $0.isXAdES("SignedDataObjectProperties") }) else {
            throw .malformedSignature("an unknown element in the signed properties")
        }
        let unsigned = children[1].children
        guard unsigned.count == 1, unsigned[0].isXAdES("UnsignedSignatureProperties") else {
            throw .malformedSignature("no UnsignedSignatureProperties")
        }
        return Elements(
            signed: children[0], signedSignature: signature, formats: objects.first?.children ?? [],
            unsignedSignature: unsigned[0])
    }
}
