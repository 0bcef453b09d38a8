import PKI
import XML
import XRoadModel

/// What the verifier uses of `xades:QualifyingProperties` (XAdES 1.3.2, as in xades-schema.xsd).
struct QualifyingProperties: Sendable {
    let signingTime: Instant
    let certificateDigest: (algorithm: DigestAlgorithm, digest: [UInt8])
    /// In `SigningCertificate`; `SigningCertificateV2` repeats the issuer in a form that needs no second look.
    let certificateSerialNumber: String?
    let extraCertificates: [Certificate]
    /// DER, not parsed.
    let ocspResponses: [[UInt8]]
    /// DER of a time-stamp token over the signature value, not verified.
    let timestamp: [UInt8]?

    static let maximumOCSPResponses = 16
    static let maximumExtraCertificates = 16

    /// The signed and the unsigned properties in the signature's `ds:Object`.
    static func elements(
        of object: XMLElement, signatureId: String, _ information: SignedInformation
    ) throws(SignedDocumentFailure) -> (signed: XMLElement, unsigned: XMLElement) {
        guard object.isSignature("Object"), object.children.count == 1, let properties = object.children.first,
            properties.isXAdES("QualifyingProperties"), properties.attribute("Target") == "#" + signatureId
        else { throw .malformedSignature("no QualifyingProperties of the signature at their place") }
        let children = properties.children
        guard children.count == 2, children[0].isXAdES("SignedProperties"), children[1].isXAdES("UnsignedProperties") else {
            throw .malformedSignature("QualifyingProperties are not signed properties and then unsigned ones")
        }
        guard let id = children[0].attribute("Id"), information.signedProperties.uri == "#" + id else {
            throw .malformedSignature("the signed properties are not those that the signature refers to")
        }
        return (children[0], children[1])
    }

    init(signed: XMLElement, unsigned: XMLElement, _ information: SignedInformation) throws(SignedDocumentFailure) {
        (signingTime, certificateDigest, certificateSerialNumber) = try Self.signed(signed)
        try Self.checkFormats(signed, information)
        let unsigned = unsigned.children
        guard unsigned.count == 1, unsigned[0].isXAdES("UnsignedSignatureProperties") else {
            throw .malformedSignature("no UnsignedSignatureProperties")
        }
        ocspResponses = try Self.ocspResponses(unsigned[0])
        extraCertificates = try Self.extraCertificates(unsigned[0])
        timestamp = try Self.timestamp(unsigned[0])
    }

    private static func signed(
        _ properties: XMLElement
    ) throws(SignedDocumentFailure) -> (Instant, (algorithm: DigestAlgorithm, digest: [UInt8]), String?) {
        guard let signature = properties.children.first, signature.isXAdES("SignedSignatureProperties") else {
            throw .malformedSignature("no SignedSignatureProperties")
        }
        let children = signature.children
        guard let time = children.first, time.isXAdES("SigningTime"), time.containsOnlyText,
            let instant = Instant(iso8601: time.text)
        else { throw .malformedSignature("no readable signing time") }
        guard children.count > 1, ["SigningCertificate", "SigningCertificateV2"].contains(where: children[1].isXAdES),
            let certificate = children[1].children.first
        else { throw .malformedSignature("no SigningCertificate after the signing time") }
        let rest = children.dropFirst(2)
        let known = [
            "SignaturePolicyIdentifier", "SignatureProductionPlace", "SignatureProductionPlaceV2", "SignerRole", "SignerRoleV2",
        ]
        guard rest.allSatisfy({ known.contains(where: $0.isXAdES) }), Set(rest.map(\.name)).count == rest.count else {
            throw .malformedSignature("an unknown or repeated signed property")
        }
        let digest = try certificateDigest(certificate)
        let serialNumber = certificate.child("IssuerSerial", XMLNamespace.xades)?
            .child("X509SerialNumber", XMLNamespace.signature)?.text
        return (instant, digest, serialNumber)
    }

    private static func certificateDigest(
        _ certificate: XMLElement
    ) throws(SignedDocumentFailure) -> (algorithm: DigestAlgorithm, digest: [UInt8]) {
        guard certificate.isXAdES("Cert"), let holder = certificate.children.first, holder.isXAdES("CertDigest"),
            holder.children.count == 2
        else { throw .malformedSignature("a certificate reference without a digest") }
        return try signatureDigest(holder.children[0], holder.children[1])
    }

    /// `DataObjectFormat` must speak of something that is signed: by the reference's id, or as X-Road did up to 2014 by its URI.
    private static func checkFormats(_ properties: XMLElement, _ information: SignedInformation) throws(SignedDocumentFailure) {
        let children = properties.children.dropFirst()
        guard children.count <= 1, children.allSatisfy({ $0.isXAdES("SignedDataObjectProperties") }) else {
            throw .malformedSignature("an unknown element in the signed properties")
        }
        let targets = Set(information.parts.compactMap { part in part.id.map { "#" + $0 } } + information.parts.map(\.uri))
        for format in children.first?.children ?? [] {
            guard format.isXAdES("DataObjectFormat"), let target = format.attribute("ObjectReference"), targets.contains(target)
            else {
                throw .malformedSignature("a data object property of something that is not signed")
            }
        }
    }
}

/// Unsigned properties: evidence that proves itself, whatever its place.
extension QualifyingProperties {
    private static func ocspResponses(_ properties: XMLElement) throws(SignedDocumentFailure) -> [[UInt8]] {
        let values =
            properties.child("RevocationValues", XMLNamespace.xades)?.child("OCSPValues", XMLNamespace.xades)?
            .children("EncapsulatedOCSPValue", XMLNamespace.xades) ?? []
        guard (1...maximumOCSPResponses).contains(values.count) else {
            throw .malformedSignature("not one to \(maximumOCSPResponses) OCSP responses")
        }
        let responses = values.compactMap(\.base64)
        guard responses.count == values.count, responses.allSatisfy({ !$0.isEmpty }) else {
            throw .malformedSignature("an OCSP response that is not base64")
        }
        return responses
    }

    /// Each is named by its id and digest in `CompleteCertificateRefs`.
    private static func extraCertificates(_ properties: XMLElement) throws(SignedDocumentFailure) -> [Certificate] {
        let references =
            properties.child("CompleteCertificateRefs", XMLNamespace.xades)?.child("CertRefs", XMLNamespace.xades)?.children ?? []
        guard references.count <= maximumExtraCertificates else {
            throw .malformedSignature("more than \(maximumExtraCertificates) certificates")
        }
        let values =
            properties.child("CertificateValues", XMLNamespace.xades)?
            .children("EncapsulatedX509Certificate", XMLNamespace.xades) ?? []
        var certificates: [Certificate] = []
        for reference in references {
            let (algorithm, digest) = try certificateDigest(reference)
            guard let uri = reference.attribute("URI"),
                let der = values.first(where: { $0.attribute("Id").map { "#" + $0 } == uri })?.base64,
                algorithm.digest(der) == digest
            else { throw .malformedSignature("a certificate reference without its certificate") }
            do { certificates.append(try Certificate.parsed(der: der)) } catch {
                throw .malformedSignature("an additional certificate: \("\(error)")")
            }
        }
        return certificates
    }

    /// X-Road wrote the token directly into `SignatureTimeStamp` up to 2014.
    private static func timestamp(_ properties: XMLElement) throws(SignedDocumentFailure) -> [UInt8]? {
        guard let stamp = properties.child("SignatureTimeStamp", XMLNamespace.xades) else { return nil }
        guard let token = (stamp.child("EncapsulatedTimeStamp", XMLNamespace.xades) ?? stamp).base64 else {
            throw .malformedSignature("a time-stamp that is not base64")
        }
        return token
    }
}
