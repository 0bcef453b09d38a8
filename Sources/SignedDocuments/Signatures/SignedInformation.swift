import PKI
import XML

/// `ds:SignedInfo`: which parts are signed, and how.
struct SignedInformation: Sendable {
    let canonicalization: CanonicalizationMethod
    let algorithm: SignatureAlgorithm
    let signedProperties: SignatureReference
    /// To the message and its attachments, or to the hash chain result alone.
    let parts: [SignatureReference]

    var isToHashChain: Bool { parts.map(\.uri) == [PartName.hashChainResult] }

    /// nil where a rule failed that `check` keeps.
    init?(_ element: XMLElement, _ check: inout ProfileCheck) throws(SignedDocumentFailure) {
        guard let elements = try check.apply(try SignedInformationForm.elements(of: element)) else { return nil }
        let canonicalization = try check.apply(
            try AllowedCanonicalization.method(of: elements.canonicalization, "CanonicalizationMethod"))
        let algorithm = try check.apply(try AllowedSignatureAlgorithm.algorithm(of: elements.method))
        var references: [SignatureReference] = []
        for element in elements.references {
            if let reference = try check.apply(try ReferenceForm.reference(element)) { references.append(reference) }
        }
        guard let canonicalization, let algorithm, references.count == elements.references.count,
            let properties = try check.apply(try SignedPropertiesReference.reference(among: references))
        else { return nil }
        let parts = references.filter { !$0.isToSignedProperties }
        try check.apply(try SignedMessage.check(parts))
        try check.apply(try DistinctReferences.check(parts))
        try check.apply(try KnownReferences.check(parts))
        try check.apply(try PlainReferences.check(parts))
        self.canonicalization = canonicalization
        self.algorithm = algorithm
        signedProperties = properties
        self.parts = parts
    }
}
