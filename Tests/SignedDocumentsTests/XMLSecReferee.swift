import PKI
import SignedDocuments
import TestSupport

extension SignatureData {
    /// Whether xmlsec1 accepts the signature by this certificate, where its one reference to a part leads to `part`.
    func isAcceptedByXMLSec(_ certificate: Certificate, part: [UInt8]) throws -> Bool {
        let folder = try TemporaryFolder()
        let name = hashChain == nil ? PartName.message : PartName.hashChainResult
        let partFile = try folder.write("part", part)
        let certificate = try folder.write("certificate.pem", Array(certificate.pem.utf8))
        let document = try folder.write("signatures.xml", signature)
        let result = try runTool(
            "xmlsec1",
            [
                "--verify", "--pubkey-cert-pem", certificate.path, "--id-attr:Id", "SignedProperties", "--url-map:\(name)",
                partFile.path, document.path,
            ])
        return result.status == 0
    }
}
