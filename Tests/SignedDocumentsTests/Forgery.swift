import Foundation
import PKI
import SignedDocuments

/// Signature documents outside the profile, but signed with the right key: only the profile stands against them.
struct Forgery {
    private var document: String
    let example: SignedExample
    private let key: PrivateKey

    init(attachments: [String] = []) throws {
        try self.init(SignedExample(attachments: attachments), key: TestSigner.of(.ec).key)
    }

    init(_ example: SignedExample, key: PrivateKey) {
        self.example = example
        self.key = key
        document = example.data.signature.text
    }

    /// Replaces in the whole document, without signing anew.
    mutating func replace(_ old: String, with new: String) throws {
        guard document.contains(old) else { throw NotFound(text: old) }
        document = document.replacingOccurrences(of: old, with: new)
    }

    struct NotFound: Error { let text: String }

    /// Replaces in the signed properties, and makes digest and signature follow.
    mutating func replaceInProperties(_ old: String, with new: String) throws {
        let before = try range("<xades:SignedProperties", "</xades:SignedProperties>")
        let oldDigest = digest(of: String(document[before]))
        guard document[before].contains(old) else { throw NotFound(text: old) }
        document.replaceSubrange(before, with: document[before].replacingOccurrences(of: old, with: new))
        let newDigest = digest(of: String(document[try range("<xades:SignedProperties", "</xades:SignedProperties>")]))
        try replaceInInformation(oldDigest, with: newDigest)
    }

    /// Replaces in SignedInfo, and makes the signature follow.
    mutating func replaceInInformation(_ old: String, with new: String) throws {
        let information = try range("<ds:SignedInfo>", "</ds:SignedInfo>")
        guard document[information].contains(old) else { throw NotFound(text: old) }
        document.replaceSubrange(information, with: document[information].replacingOccurrences(of: old, with: new))
        try sign()
    }

    mutating func sign() throws {
        let information = document[try range("<ds:SignedInfo>", "</ds:SignedInfo>")]
        let canonical = information.replacingOccurrences(of: "<ds:SignedInfo>", with: "<ds:SignedInfo\(Self.namespaces)>")
        let value = try key.sign(Array(canonical.utf8), algorithm: .ecdsaSHA512)
        try setValue(Base64.encode(value))
    }

    var value: String {
        get throws {
            String(document[try range(#"<ds:SignatureValue Id="signature-value">"#, "</ds:SignatureValue>", inner: true)])
        }
    }

    mutating func setValue(_ text: String) throws {
        document.replaceSubrange(
            try range(#"<ds:SignatureValue Id="signature-value">"#, "</ds:SignatureValue>", inner: true), with: text)
    }

    var signatureElement: String {
        get throws { String(document[try range("<ds:Signature ", "</ds:Signature>")]) }
    }

    var data: SignatureData { SignatureData(signature: Array(document.utf8), hashChain: example.data.hashChain) }

    /// Why the forgery is refused; nil where it is not.
    func refusal(hashChain: HashChainDocuments?? = nil) -> SignedDocumentFailure? {
        let data = hashChain.map { SignatureData(signature: Array(document.utf8), hashChain: $0) } ?? data
        do throws(SignedDocumentFailure) {
            _ = try SignatureVerifier.verify(data, parts: example.parts)
            return nil
        } catch { return error }
    }

    static let namespaces =
        #" xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#""#
        + #" xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#

    private func digest(of properties: String) -> String {
        let canonical = properties.replacingOccurrences(
            of: "<xades:SignedProperties ", with: "<xades:SignedProperties\(Self.namespaces) ")
        return Base64.encode(DigestAlgorithm.sha512.digest(canonical.utf8))
    }

    private func range(_ start: String, _ end: String, inner: Bool = false) throws -> Range<String.Index> {
        guard let first = document.range(of: start),
            let last = document.range(of: end, range: first.upperBound..<document.endIndex)
        else { throw NotFound(text: start) }
        return inner ? first.upperBound..<last.lowerBound : first.lowerBound..<last.upperBound
    }
}
