import PKI
import XRoadModel

/// Composes the signatures that X-Road 6 and 7 servers accept live (PR-MESSTRANSP 3.3): XAdES with one reference, to the message
/// or, where there are attachments, a body or several messages, to the result of a hash chain.
///
/// Prepared once for a key, its certificate and a digest algorithm; safe to use from several tasks.
package struct SignatureComposer: Sendable {
    private let key: PrivateKey
    private let algorithm: SignatureAlgorithm
    private let template: SignatureTemplate

    /// The certificate must be of the key's public key.
    package init(
        key: PrivateKey, certificate: Certificate, digest: DigestAlgorithm = .sha512
    ) throws(SignedDocumentFailure) {
        guard certificate.publicKey.subjectPublicKeyInfo == key.publicKey.subjectPublicKeyInfo else {
            throw .incorrectCertificate("it is not of the signing key")
        }
        guard digest.isAcceptable, let algorithm = SignatureAlgorithm.matching(key: key.publicKey.kind, digest: digest) else {
            throw .cannotSign(.unacceptableKey(reason: "no signature algorithm with \(digest.name)"))
        }
        self.key = key
        self.algorithm = algorithm
        template = SignatureTemplate(certificate: certificate, signature: algorithm)
    }

    package var keyKind: KeyKind { key.publicKey.kind }

    /// By which the digests given to `compose` are taken; goes into `x-hash-algorithm`.
    package var digest: DigestAlgorithm { algorithm.digest }

    /// One signature for one message or several, each with the documents that relate it to its message, in the order given. A
    /// message that is alone and has one part is referred to directly; anything else through a hash chain.
    ///
    /// - Parameters:
    ///   - messages: at least one, all of the member whose key this is.
    ///   - ocspResponse: DER of the signing certificate's response; it travels with the signature, unsigned.
    package func compose(
        _ messages: [MessageDigests], signingTime: Instant, ocspResponse: [UInt8]
    ) throws(SignedDocumentFailure) -> [SignatureData] {
        if messages.count == 1, messages[0].parts.count == 1 {
            let signed = render(PartName.message, "text/xml", messages[0].parts[0], signingTime)
            return [SignatureData(signature: try document(signed, ocspResponse))]
        }
        let batch = BatchHashChain(.messages, inputs: messages.map(\.parts), algorithm: digest)
        let signed = render(PartName.hashChainResult, "application/hash-chain-result", digest.digest(batch.result), signingTime)
        let signature = try document(signed, ocspResponse)
        return messages.indices.map { SignatureData(signature: signature, hashChain: batch.documents(at: $0)) }
    }

    /// The same for one message.
    package func compose(
        message: [UInt8], attachments: [[UInt8]], signingTime: Instant, ocspResponse: [UInt8]
    ) throws(SignedDocumentFailure) -> SignatureData {
        let messages = [MessageDigests(message: message, attachments: attachments)]
        return try compose(messages, signingTime: signingTime, ocspResponse: ocspResponse)[0]
    }

    /// The two signed elements without their start tags.
    private struct SignedElements {
        let information: [UInt8]
        let properties: [UInt8]
    }

    private func render(_ name: String, _ mediaType: String, _ digestOfPart: [UInt8], _ time: Instant) -> SignedElements {
        var properties = template.signedProperties[0]
        properties += time.description.utf8
        properties += template.signedProperties[1]
        properties += mediaType.utf8
        properties += template.signedProperties[2]
        var information = template.signedInfo[0]
        information += name.utf8
        information += template.signedInfo[1]
        information += Base64.encode(digestOfPart).utf8
        information += template.signedInfo[2]
        information += Base64.encode(digest.digest(Self.canonicalPropertiesTag + properties)).utf8
        information += template.signedInfo[3]
        return SignedElements(information: information, properties: properties)
    }

    private func document(_ signed: SignedElements, _ ocspResponse: [UInt8]) throws(SignedDocumentFailure) -> [UInt8] {
        let value: [UInt8]
        do { value = try key.sign(Self.canonicalInformationTag + signed.information, algorithm: algorithm) } catch {
            throw .cannotSign(error)
        }
        var document = template.beginning
        document.reserveCapacity(16 << 10)
        document += Self.informationTag
        document += signed.information
        document += Self.valueTag
        document += Base64.encode(value).utf8
        document += template.afterSignatureValue
        document += Self.propertiesTag
        document += signed.properties
        document += template.afterSignedProperties
        document += Base64.encode(ocspResponse).utf8
        document += template.ending
        return document
    }

    private static let informationTag = Array("<ds:SignedInfo>".utf8)
    private static let canonicalInformationTag = Array("<ds:SignedInfo\(SignatureTemplate.namespaces)>".utf8)
    private static let valueTag = Array(#"<ds:SignatureValue Id="signature-value">"#.utf8)
    private static let propertiesTag = Array(#"<xades:SignedProperties Id="signed-properties">"#.utf8)
    private static let canonicalPropertiesTag = Array(
        #"<xades:SignedProperties\#(SignatureTemplate.namespaces) Id="signed-properties">"#.utf8)
}
