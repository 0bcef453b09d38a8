import CSecurity

/// A second opinion on an XML signature, by libxmlsec1: it shares no line with our own verifier but the parser.
///
/// Answers one question: do the digests and the signature value hold under this certificate's key? Whether the certificate
/// may sign, and whether the references cover the message, are the verifier's questions.
package enum XMLSignatureOracle {
    private static let signatureNamespace = "http://www.w3.org/2000/09/xmldsig#"
    /// ETSI TS 102 918, versions 1.1.1 and 1.2.1.
    private static let containerNamespaces = ["http://uri.etsi.org/02918/v1.1.1#", "http://uri.etsi.org/02918/v1.2.1#"]
    private static let maximumReferences = 256

    /// - Parameters:
    ///   - document: `asic:XAdESSignatures` with exactly one `ds:Signature`, or that signature itself.
    ///   - der: the certificate whose key alone is used; KeyInfo is not read.
    ///   - parts: what external references resolve to, by reference URI; a leading slash is neither here nor there.
    ///   - allowingSHA1: for historic documents only.
    /// - Returns: false where a digest or the signature value is wrong.
    /// - Throws: `signatureRefused` where the document is outside the closed profile or cannot be processed.
    package static func verifies(
        document bytes: [UInt8], certificate der: [UInt8], resolve parts: [String: [UInt8]], allowingSHA1: Bool = false
    ) throws(XMLFailure) -> Bool {
        let document = try XMLDocument(parsing: bytes, limits: .signature)
        let signature = try onlySignature(of: document)
        let names = Set(parts.keys.map(withoutSlash))
        guard names.count == parts.count else { throw .signatureRefused("two parts of the same name") }
        let uris = try referenceURIs(of: signature, parts: names)
        guard let oracle = ura_xml_oracle_open(der, der.count, allowingSHA1) else {
            throw .signatureRefused("certificate: \(String(cString: ura_xml_error_text()))")
        }
        defer { ura_xml_oracle_close(oracle) }
        for uri in uris where !uri.hasPrefix("#") {
            guard let part = parts[uri] ?? parts[withoutSlash(uri)] ?? parts["/" + uri] else { continue }
            guard ura_xml_oracle_part(oracle, uri, part, part.count) else { throw .outOfMemory }
        }
        let verdict = withExtendedLifetime(document) {
            ura_xml_oracle_verify(oracle, document.handle, signature.node, uris.count)
        }
        if verdict == URA_XML_SIGNATURE_REFUSED { throw .signatureRefused(String(cString: ura_xml_error_text())) }
        return verdict == URA_XML_SIGNATURE_VALID
    }

    private static func withoutSlash(_ name: String) -> String { String(name.hasPrefix("/") ? name.dropFirst() : name[...]) }

    /// A second signature anywhere, even within the first, is refused.
    private static func onlySignature(of document: XMLDocument) throws(XMLFailure) -> XMLElement {
        let root = document.root
        let isContainer = containerNamespaces.contains { root.named("XAdESSignatures", $0) }
        let candidates = isContainer ? root.children : [root]
        let all = try document.elements(xpath: "//ds:Signature", namespaces: ["ds": signatureNamespace])
        guard candidates.count == 1, all == candidates else {
            throw .signatureRefused("not exactly one ds:Signature at its place")
        }
        return candidates[0]
    }

    /// The references of SignedInfo: each to a part or an Id, none twice, at most one transform each.
    private static func referenceURIs(of signature: XMLElement, parts: Set<String>) throws(XMLFailure) -> [String] {
        let ds = signatureNamespace
        let references = signature.child("SignedInfo", ds)?.children("Reference", ds) ?? []
        guard (1...maximumReferences).contains(references.count) else {
            throw .signatureRefused("\(references.count) references")
        }
        var uris: [String] = []
        for reference in references {
            guard let uri = reference.attribute("URI"), !uris.contains(uri) else {
                throw .signatureRefused("reference without a URI or a second one to the same")
            }
            guard uri.hasPrefix("#") ? isPlainFragment(uri) : parts.contains(withoutSlash(uri)) else {
                throw .signatureRefused("reference to \(uri)")
            }
            let transforms = reference.children("Transforms", ds).flatMap(\.children)
            guard transforms.count <= 1 else { throw .signatureRefused("\(transforms.count) transforms of \(uri)") }
            uris.append(uri)
        }
        return uris
    }

    /// `#name`; `#xpointer(…)` is not taken.
    private static func isPlainFragment(_ uri: String) -> Bool {
        uri.utf8.count > 1
            && uri.utf8.dropFirst().allSatisfy {
                $0 >= 0x80 || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A)
                    || (0x30...0x39).contains($0)
            }
    }
}
