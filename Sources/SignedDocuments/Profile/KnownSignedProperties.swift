import XML

/// Rule: behind time and certificate only the signed properties of XAdES that X-Road knows, each once: an unknown one could restrict
/// what the signature means, and this verifier would not know.
enum KnownSignedProperties {
    private static let names = [
        "SignaturePolicyIdentifier", "SignatureProductionPlace", "SignatureProductionPlaceV2", "SignerRole", "SignerRoleV2",
    ]

    static func check(_ properties: XMLElement) throws(SignedDocumentFailure) {
        let rest = properties.children.dropFirst(2)
        guard rest.allSatisfy({ names.contains(where: $0.isXAdES) }), Set(rest.map(\.name)).count == rest.count else {
            throw .malformedSignature("an unknown or repeated signed property")
        }
    }
}
