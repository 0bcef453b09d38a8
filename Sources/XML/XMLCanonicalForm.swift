import CSecurity

/// Canonical XML 1.0 and Exclusive XML Canonicalization 1.0, both without comments: the two of the closed signature profile.
package enum CanonicalizationMethod: String, Sendable, CaseIterable {
    case inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    case exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"

    package var uri: String { rawValue }
    package init?(uri: String) { self.init(rawValue: uri) }
}

extension XMLDocument {
    /// The canonical form of the element's subtree where it stands: it inherits the namespaces in scope and, in inclusive
    /// form, the `xml:` attributes of its ancestors. Never empty.
    package func canonical(_ element: XMLElement, _ method: CanonicalizationMethod) throws(XMLFailure) -> [UInt8] {
        guard element.document === self else { throw .foreignElement }
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        let maximum = limits.maximumCanonicalBytes
        let status = ura_xml_canonical(element.node, method == .exclusive, maximum, &bytes, &count)
        defer { ura_xml_free(bytes) }
        switch status {
        case URA_XML_OK: return [UInt8](UnsafeBufferPointer(start: bytes, count: count))
        case URA_XML_TOO_LARGE: throw .limitExceeded(.canonicalBytes, maximum: maximum)
        case URA_XML_OUT_OF_MEMORY: throw .outOfMemory
        default: throw .notCanonicalizable(String(cString: ura_xml_error_text()))
        }
    }
}
