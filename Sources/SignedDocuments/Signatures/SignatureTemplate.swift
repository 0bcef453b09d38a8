import PKI
import XML

/// The constant parts of a signature document, rendered once for a certificate. Written in the form that Canonical XML 1.0 gives
/// (no white space between elements, explicit end tags, sorted attributes), so that what is digested differs from what is sent only
/// by the namespace declarations that the canonical form repeats at the apex (Canonical XML 1.0 2.4).
struct SignatureTemplate: Sendable {
    /// Up to the URI of the first reference, and between the variable values that follow it.
    let signedInfo: [[UInt8]]
    let signedProperties: [[UInt8]]
    /// Everything around the signed elements.
    let beginning: [UInt8]
    let afterSignatureValue: [UInt8]
    let afterSignedProperties: [UInt8]
    let ending: [UInt8]

    static let namespaces =
        #" xmlns:asic="\#(XMLNamespace.container)" xmlns:ds="\#(XMLNamespace.signature)""#
        + #" xmlns:xades="\#(XMLNamespace.xades)" xmlns:xsi="\#(XMLNamespace.schemaInstance)""#

    init(certificate: Certificate, signature: SignatureAlgorithm) {
        let digest = signature.digest
        let method = #"<ds:DigestMethod Algorithm="\#(digest.uri)"></ds:DigestMethod><ds:DigestValue>"#
        signedInfo = [
            #"<ds:CanonicalizationMethod Algorithm="\#(CanonicalizationMethod.inclusive.uri)"></ds:CanonicalizationMethod>"#
                + #"<ds:SignatureMethod Algorithm="\#(signature.uri)"></ds:SignatureMethod>"#
                + #"<ds:Reference Id="signature-reference-0" URI=""#,
            #"">\#(method)"#,
            #"</ds:DigestValue></ds:Reference><ds:Reference Id="signature-reference-1" Type="\#(XMLNamespace.signedPropertiesType)""#
                + ##" URI="#signed-properties">\##(method)"##,
            "</ds:DigestValue></ds:Reference></ds:SignedInfo>",
        ].map { Array($0.utf8) }
        signedProperties = [
            "<xades:SignedSignatureProperties><xades:SigningTime>",
            "</xades:SigningTime>" + Self.signingCertificate(certificate, digest, method) + Self.policy
                + "</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>"
                + ##"<xades:DataObjectFormat ObjectReference="#signature-reference-0"><xades:MimeType>"##,
            "</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>",
        ].map { Array($0.utf8) }
        beginning = Array(
            (#"<?xml version="1.0" encoding="UTF-8" standalone="no"?><asic:XAdESSignatures\#(Self.namespaces)>"#
                + #"<ds:Signature Id="signature">"#).utf8)
        afterSignatureValue = Array(
            ("</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(Base64.encode(certificate.der))"
                + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object>"
                + ##"<xades:QualifyingProperties Target="#signature">"##).utf8)
        afterSignedProperties = Array(
            ("<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:RevocationValues><xades:OCSPValues>"
                + #"<xades:EncapsulatedOCSPValue Id="ocsp-response-1">"#).utf8)
        ending = Array(
            ("</xades:EncapsulatedOCSPValue></xades:OCSPValues></xades:RevocationValues></xades:UnsignedSignatureProperties>"
                + "</xades:UnsignedProperties></xades:QualifyingProperties></ds:Object></ds:Signature></asic:XAdESSignatures>")
                .utf8)
    }

    /// XAdES 1.3.2 `SigningCertificate`: older verifiers know no `SigningCertificateV2`.
    private static func signingCertificate(_ certificate: Certificate, _ digest: DigestAlgorithm, _ method: String) -> String {
        "<xades:SigningCertificate><xades:Cert><xades:CertDigest>\(method)\(Base64.encode(certificate.digest(digest)))</ds:DigestValue>"
            + "</xades:CertDigest><xades:IssuerSerial>"
            + "<ds:X509IssuerName>\(XMLText.escape(text: certificate.issuer.rfc2253))</ds:X509IssuerName>"
            + "<ds:X509SerialNumber>\(certificate.serialNumber)</ds:X509SerialNumber>"
            + "</xades:IssuerSerial></xades:Cert></xades:SigningCertificate>"
    }

    /// The Profile for High Performance Digital Signatures, by the fixed values that X-Road puts.
    private static let policy =
        #"<xades:SignaturePolicyIdentifier><xades:SignaturePolicyId><xades:SigPolicyId><xades:Identifier Qualifier="OIDAsURN">"#
        + "urn:oid:1.3.6.1.4.1.3516.16.2</xades:Identifier><xades:Description>Profile for High Performance Digital Signatures "
        + "(version 1.2)</xades:Description></xades:SigPolicyId><xades:SigPolicyHash>"
        + #"<ds:DigestMethod Algorithm="\#(DigestAlgorithm.sha512.uri)"></ds:DigestMethod><ds:DigestValue>"#
        + "BuO0EDNfkxSVlUbxCzmQPzX1AUF1/xx9ytWHk3/6SAOePxQiniEfDYk+90QeYb3lWpV3Izhuz9fKaYyE+lTcXw==</ds:DigestValue>"
        + "</xades:SigPolicyHash><xades:SigPolicyQualifiers><xades:SigPolicyQualifier><xades:SPURI>"
        + "https://repo.cyber.ee/dsig-profile-1.2.pdf</xades:SPURI></xades:SigPolicyQualifier></xades:SigPolicyQualifiers>"
        + "</xades:SignaturePolicyId></xades:SignaturePolicyIdentifier>"
}
