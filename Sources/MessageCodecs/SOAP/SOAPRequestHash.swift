import PKI
import XML

/// Puts the request's digest into a service's response (PR-MESS 2.2). All other bytes stay as the service wrote them.
package enum SOAPRequestHash {
    /// The response with a `requestHash` behind its `id`, as X-Road places it; one that the service wrote is removed. The response
    /// must have been read before and be in UTF-8.
    package static func insert(
        _ digest: [UInt8], _ algorithm: DigestAlgorithm, into response: SOAPMessage, limits: XMLLimits = .message
    ) throws(CodecFailure) -> [UInt8] {
        let bytes = response.bytes
        let events = try events(in: try SOAPMessage.parse(bytes, limits))
        guard let id = range(of: "id", in: events) else { throw .missingHeaderField("id") }
        let element = element(prefixed: prefix(of: bytes[id.start]), Base64.encode(digest), algorithm)
        guard let own = range(of: "requestHash", in: events) else {
            return Array(bytes[..<id.element.upperBound]) + element + bytes[id.element.upperBound...]
        }
        return own.element.lowerBound < id.element.lowerBound
            ? Array(bytes[..<own.element.lowerBound]) + bytes[own.element.upperBound..<id.element.upperBound] + element
                + bytes[id.element.upperBound...]
            : Array(bytes[..<id.element.upperBound]) + element + bytes[id.element.upperBound..<own.element.lowerBound]
                + bytes[own.element.upperBound...]
    }

    private static func events(in document: XMLDocument) throws(CodecFailure) -> [XMLEvent] {
        do { return try XMLEventScanner.events(in: document, maximumDepth: 2) } catch { throw .invalidSOAP("\(error)") }
    }

    /// Where the header field of that name stands, whole and with its start tag alone.
    private static func range(of name: String, in events: [XMLEvent]) -> (start: Range<Int>, element: Range<Int>)? {
        var inHeader = false
        var start: Range<Int>?
        for event in events {
            if event.depth == 1, event.name == "Header", event.namespace == SOAPNamespace.envelope {
                inHeader = event.kind == .start
            }
            guard inHeader, event.depth == 2, event.name == name, event.namespace == SOAPNamespace.xroad else { continue }
            guard event.kind == .end, let start else {
                start = event.tag
                continue
            }
            return (start, start.lowerBound..<event.tag.upperBound)
        }
        return nil
    }

    /// The prefix of a start tag, where it is in scope beside the element too: none if the tag may declare namespaces itself.
    private static func prefix(of tag: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: tag, as: UTF8.self)
        guard !text.contains("xmlns") else { return nil }
        let name = text.dropFirst().prefix { !" \t\r\n/>".contains($0) }
        return name.contains(":") ? String(name.prefix { $0 != ":" }) : ""
    }

    private static func element(prefixed prefix: String?, _ hash: String, _ algorithm: DigestAlgorithm) -> [UInt8] {
        let attribute = "algorithmId=\"\(algorithm.uri)\""
        guard let prefix else {
            return Array("<requestHash xmlns=\"\(SOAPNamespace.xroad)\" \(attribute)>\(hash)</requestHash>".utf8)
        }
        let name = prefix.isEmpty ? "requestHash" : "\(prefix):requestHash"
        return Array("<\(name) \(attribute)>\(hash)</\(name)>".utf8)
    }
}
