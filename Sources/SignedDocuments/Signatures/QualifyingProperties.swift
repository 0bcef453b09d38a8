import PKI
import XML
import XRoadModel

/// What the verifier uses of `xades:QualifyingProperties` (XAdES 1.3.2, as in xades-schema.xsd).
struct QualifyingProperties: Sendable {
    let signingTime: Instant
    let signingCertificate: SigningCertificateReference
    let extraCertificates: [Certificate]
    /// DER, not parsed.
    let ocspResponses: [[UInt8]]
    /// DER of a time-stamp token over the signature value, not verified.
    let timestamp: [UInt8]?

    /// nil where a rule failed that `check` keeps; `information` is nil where that one could not be read.
    init?(
        _ elements: QualifyingPropertiesForm.Elements, _ information: SignedInformation?, _ check: inout ProfileCheck
    ) throws(SignedDocumentFailure) {
        if let information {
            try check.apply(try SignedPropertiesReference.check(information.signedProperties, names: elements.signed))
        }
        let time = try check.apply(try SigningTimeForm.time(in: elements.signedSignature))
        let certificate = try check.apply(try SigningCertificateReference(in: elements.signedSignature))
        try check.apply(try KnownSignedProperties.check(elements.signedSignature))
        if let information { try check.apply(try SignedFormats.check(elements.formats, information.parts)) }
        let responses = try check.apply(try RevocationEvidence.responses(in: elements.unsignedSignature))
        let extra = try check.apply(try SuppliedCertificates.certificates(in: elements.unsignedSignature))
        let timestamp = try check.apply(try SignatureTimestampForm.token(in: elements.unsignedSignature))
        guard let time, let certificate, let responses, let extra, let timestamp else { return nil }
        signingTime = time
        signingCertificate = certificate
        ocspResponses = responses
        extraCertificates = extra
        self.timestamp = timestamp
    }
}
