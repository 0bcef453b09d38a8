import CSecurity

/// One parsed document. No document type, entity, network or file is ever followed; see ``XMLLimits`` for its cost.
/// Used by one task at a time: libxml2's tree is not safe to share, so the class is not Sendable.
package final class XMLDocument {
    /// The bytes given, untouched.
    package let source: [UInt8]
    package let encoding: XMLEncoding
    /// No comment, CDATA section or processing instruction stands anywhere in the document, before or after its root either.
    package let holdsOnlyElementsAndText: Bool
    let limits: XMLLimits
    let handle: OpaquePointer
    private let rootNode: OpaquePointer

    package init(parsing bytes: [UInt8], limits: XMLLimits = .message) throws(XMLFailure) {
        try limits.check(.bytes, bytes.count)
        let decoded = try DecodedSource(bytes)
        let structure = try XMLStructure.checked(decoded, limits: limits)
        var status = URA_XML_OK
        let parsed = decoded.bytes.withUnsafeBufferPointer { buffer in
            ura_xml_parse(buffer.baseAddress.map { $0 + decoded.start }, buffer.count - decoded.start, &status)
        }
        guard let parsed, let root = ura_xml_root(parsed) else { throw XMLFailure(parsing: status) }
        source = bytes
        encoding = decoded.encoding
        holdsOnlyElementsAndText = structure.holdsOnlyElementsAndText
        self.limits = limits
        handle = parsed
        rootNode = root
    }

    deinit { ura_xml_document_free(handle) }

    package var root: XMLElement { XMLElement(document: self, node: rootNode) }
}

extension XMLFailure {
    init(parsing status: ura_xml_status) {
        switch status {
        case URA_XML_DOCTYPE: self = .documentTypeRefused
        case URA_XML_OUT_OF_MEMORY: self = .outOfMemory
        default: self = .malformed(line: Int(ura_xml_error_line()), reason: String(cString: ura_xml_error_text()))
        }
    }
}
