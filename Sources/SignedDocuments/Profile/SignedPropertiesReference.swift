import XML

/// Rule: exactly one reference is to the signed properties, by its type (EN 319 132-1 4.4.2), and it names those at their place.
enum SignedPropertiesReference {
    static func reference(among references: [SignatureReference]) throws(SignedDocumentFailure) -> SignatureReference {
        let properties = references.filter(\.isToSignedProperties)
        guard properties.count == 1 else { throw .malformedSignature("not exactly one reference to the signed properties") }
        return properties[0]
    }

    static func check(_ reference: SignatureReference, names properties: XMLElement) throws(SignedDocumentFailure) {
        guard let id = properties.attribute("Id"), reference.uri == "#" + id else {
            throw .malformedSignature("the signed properties are not those that the signature refers to")
        }
    }
}
