import PKI
import XML

/// A signature document inside the closed profile (`Profile`): every element that is signed or used stands where the grammar has it.
/// What is read is therefore what was digested.
struct SignatureDocument: Sendable {
    let information: SignedInformation
    let properties: QualifyingProperties
    let certificate: Certificate
    let value: [UInt8]
    private let canonicalInformation: [UInt8]
    private let canonicalProperties: [UInt8]

    /// Fails with the first rule that is broken.
    init(parsing bytes: [UInt8]) throws(SignedDocumentFailure) {
        var check = ProfileCheck(.firstFailure)
        guard let document = try SignatureDocument(parsing: bytes, &check) else {
            throw check.failures.first ?? .malformedSignature("it is outside the profile")
        }
        self = document
    }

    /// nil where rules failed that `check` keeps. The order of the rules is X-Road's.
    init?(parsing bytes: [UInt8], _ check: inout ProfileCheck) throws(SignedDocumentFailure) {
        guard let document = try check.apply(try Self.parse(bytes)) else { return nil }
        try check.apply(try PlainMarkup.check(document))
        let signature = try check.apply(try SignaturePlace.signature(of: document.root))
        let tree = DocumentTree(document.root)
        try check.apply(try SingleSignature.check(tree))
        try check.apply(try UniqueIds.check(tree))
        guard let signature, let elements = try check.apply(try SignatureForm.elements(of: signature)) else { return nil }
        let information = try SignedInformation(elements.information, &check)
        let value = try check.apply(try SignatureValueForm.value(of: elements.value))
        let certificate = try check.apply(try KeyInformationForm.certificate(in: elements.keyInformation))
        guard
            let qualifying = try check.apply(
                try QualifyingPropertiesForm.elements(in: elements.object, ofSignature: elements.id))
        else { return nil }
        let properties = try QualifyingProperties(qualifying, information, &check)
        guard let information, let value, let certificate, let properties,
            let canonicalInformation = try check.apply(
                try CanonicalForms.form(of: elements.information, information.canonicalization)),
            let canonicalProperties = try check.apply(
                try CanonicalForms.form(
                    of: qualifying.signed, information.signedProperties.canonicalization ?? .inclusive))
        else { return nil }
        self.information = information
        self.properties = properties
        self.certificate = certificate
        self.value = value
        self.canonicalInformation = canonicalInformation
        self.canonicalProperties = canonicalProperties
    }

    private static func parse(_ bytes: [UInt8]) throws(SignedDocumentFailure) -> XMLDocument {
        do { return try XMLDocument(parsing: bytes, limits: .signature) } catch { throw .invalidXML("\(error)") }
    }

    /// Whether the signed properties name the certificate whose key was used, and its key is strong enough.
    func checkCertificate() throws(SignedDocumentFailure) {
        try properties.signingCertificate.check(certificate)
        try AcceptedKey.check(certificate)
    }

    /// Whether the certificate's key made the signature value over `SignedInfo`, and `SignedInfo` covers the signed properties.
    func checkValue() throws(SignedDocumentFailure) {
        let reference = information.signedProperties
        guard reference.algorithm.digest(canonicalProperties) == reference.digest else {
            throw .digestMismatch("the signed properties")
        }
        try SignatureValueRange.check(value, of: certificate.publicKey.kind)
        guard certificate.publicKey.verifies(value, of: canonicalInformation, algorithm: information.algorithm) else {
            throw .invalidSignatureValue("it was not made by the key of \(certificate.subject)")
        }
    }
}
