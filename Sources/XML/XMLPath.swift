import CSecurity

extension XMLDocument {
    /// The elements that an XPath 1.0 expression selects, in document order. No variables, no functions but XPath's own;
    /// prefixes mean what `namespaces` says, whatever the document calls them. Expressions are ours, never a peer's; still
    /// their length and steps are bounded.
    package func elements(xpath: String, namespaces: [String: String]) throws(XMLFailure) -> [XMLElement] {
        guard xpath.utf8.count <= 1024, !xpath.utf8.contains(0) else { throw .invalidXPath("longer than 1024 bytes") }
        guard let query = ura_xml_query_open(handle) else { throw .outOfMemory }
        defer { ura_xml_query_close(query) }
        for (prefix, uri) in namespaces {
            guard ura_xml_query_namespace(query, prefix, uri) == URA_XML_OK else {
                throw .invalidXPath("cannot bind prefix \(prefix)")
            }
        }
        var count = 0
        switch ura_xml_query_run(query, xpath, &count) {
        case URA_XML_OK: break
        case URA_XML_NOT_ELEMENTS: throw .notElements
        default: throw .invalidXPath(String(cString: ura_xml_error_text()))
        }
        return (0..<count).compactMap { index in
            ura_xml_query_item(query, index).map { XMLElement(document: self, node: $0) }
        }
    }
}
