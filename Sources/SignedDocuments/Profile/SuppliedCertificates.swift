import PKI
import XML

/// Rule: each certificate that came along to complete the chain is named by id and digest in `CompleteCertificateRefs`, is there, and
/// is a certificate. None is trusted for having come along.
enum SuppliedCertificates {
    private static let maximumCertificates = 16

    static func certificates(in properties: XMLElement) throws(SignedDocumentFailure) -> [Certificate] {
        let references =
            properties.child("CompleteCertificateRefs", XMLNamespace.xades)?.child("CertRefs", XMLNamespace.xades)?.children ?? []
        guard references.count <= maximumCertificates else {
            throw .malformedSignature("more than \(maximumCertificates) certificates")
        }
        let values =
            properties.child("CertificateValues", XMLNamespace.xades)?
            .children("EncapsulatedX509Certificate", XMLNamespace.xades) ?? []
        var certificates: [Certificate] = []
        for reference in references {
            let (algorithm, digest) = try CertificateDigest.digest(in: reference)
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
}
