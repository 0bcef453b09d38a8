import PKI
import XML

/// How the signed properties name the signing certificate: `SigningCertificate` of XAdES 1.3.2 or its successor.
struct SigningCertificateReference: Sendable {
    let algorithm: DigestAlgorithm
    let digest: [UInt8]
    /// In `SigningCertificate`; `SigningCertificateV2` repeats the issuer in a form that needs no second look.
    let serialNumber: String?

    /// Rule: it stands after the signing time and gives a digest.
    init(in properties: XMLElement) throws(SignedDocumentFailure) {
        let children = properties.children
        guard children.count > 1, ["SigningCertificate", "SigningCertificateV2"].contains(where: children[1].isXAdES),
            children[1].children.count == 1, let certificate = children[1].children.first
        else { throw .malformedSignature("no SigningCertificate with one certificate after the signing time") }
        (algorithm, digest) = try CertificateDigest.digest(in: certificate)
        serialNumber =
            certificate.child("IssuerSerial", XMLNamespace.xades)?
            .child("X509SerialNumber", XMLNamespace.signature)?.text
    }

    /// Rule: the certificate in `KeyInfo`, whose key is used, is the one that the signer signed that he uses. Otherwise one
    /// signature could be shown with another certificate for the same key.
    func check(_ certificate: Certificate) throws(SignedDocumentFailure) {
        guard certificate.digest(algorithm) == digest, serialNumber == nil || serialNumber == certificate.serialNumber else {
            throw .incorrectCertificate("the signed properties name another certificate than KeyInfo holds")
        }
    }
}

/// `xades:Cert` with `xades:CertDigest`.
enum CertificateDigest {
    static func digest(in certificate: XMLElement) throws(SignedDocumentFailure) -> (algorithm: DigestAlgorithm, digest: [UInt8])
    {
        guard certificate.isXAdES("Cert"), let holder = certificate.children.first, holder.isXAdES("CertDigest"),
            holder.children.count == 2
        else { throw .malformedSignature("a certificate reference without a digest") }
        return try AllowedDigest.digest(holder.children[0], holder.children[1])
    }
}
