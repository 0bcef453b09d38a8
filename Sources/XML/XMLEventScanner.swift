import CSecurity

/// Where an element begins or ends in the document's own bytes.
package struct XMLEvent: Equatable, Sendable {
    package enum Kind: Sendable { case start, end }
    package let kind: Kind
    /// The local name.
    package let name: String
    package let namespace: String?
    /// 0 for the root.
    package let depth: Int
    /// From `<` up to and with `>`, in `XMLDocument.source`.
    package let tag: Range<Int>
    /// `<a/>`: start and end share the one tag.
    package let isSelfClosed: Bool
}

/// Finds the byte offsets of tags, so that a caller can insert bytes (just before `</soap:Header>`, say) and leave every
/// other byte as it was. Names and namespaces are libxml2's, offsets our lexer's; the two walk the document side by side
/// and must agree on every tag.
package enum XMLEventScanner {
    /// The events of all elements no deeper than `maximumDepth`, in document order. Only a UTF-8 document has bytes that
    /// one may insert into.
    package static func events(in document: XMLDocument, maximumDepth: Int = .max) throws(XMLFailure) -> [XMLEvent] {
        guard document.encoding == .utf8 else { throw .unsupportedEncoding(document.encoding.rawValue) }
        let decoded = try DecodedSource(document.source)
        var structure = XMLStructure(decoded, limits: document.limits)
        var walk = ElementWalk(document)
        var open: [XMLEvent] = []
        var events: [XMLEvent] = []
        while let tag = try structure.next() {
            switch tag {
            case .start(let token, let depth):
                let element = try walk.enter(depth: depth, qualifiedName: decoded.bytes[token.name])
                guard depth <= maximumDepth else { continue }
                let start = XMLEvent(.start, element, depth: depth, token)
                events.append(start)
                if start.isSelfClosed { events.append(XMLEvent(endOf: start, tag: token.range)) } else { open.append(start) }
            case .end(let token, let depth):
                guard depth <= maximumDepth, let start = open.popLast() else { continue }
                events.append(XMLEvent(endOf: start, tag: token.range))
            }
        }
        try walk.leave(to: 0)
        return events
    }
}

extension XMLEvent {
    fileprivate init(_ kind: Kind, _ element: XMLElement, depth: Int, _ token: XMLLexer.Token) {
        self.init(
            kind: kind, name: element.name, namespace: element.namespace, depth: depth, tag: token.range,
            isSelfClosed: token.kind == .empty)
    }

    fileprivate init(endOf start: XMLEvent, tag: Range<Int>) {
        self.init(
            kind: .end, name: start.name, namespace: start.namespace, depth: start.depth, tag: tag,
            isSelfClosed: start.isSelfClosed)
    }
}

/// libxml2's elements in document order, for comparison: none may be missing and none left over.
private struct ElementWalk {
    private let document: XMLDocument
    /// The last element met at each depth.
    private var path: [XMLElement] = []

    init(_ document: XMLDocument) { self.document = document }

    /// The next element, which must be at `depth` and bear that name.
    mutating func enter(depth: Int, qualifiedName: ArraySlice<UInt8>) throws(XMLFailure) -> XMLElement {
        let next: XMLElement?
        if path.isEmpty {
            next = document.root
        } else if depth == path.count {
            next = path.last?.firstChild
        } else {
            try leave(to: depth)
            next = path.popLast()?.nextSibling
        }
        guard depth == path.count, let next, next.qualifiedName.utf8.elementsEqual(qualifiedName) else { throw Self.differ }
        path.append(next)
        return next
    }

    /// Closes all elements deeper than `depth`, which must have come to their ends.
    mutating func leave(to depth: Int) throws(XMLFailure) {
        guard path.last?.firstChild == nil else { throw Self.differ }
        while path.count > depth + 1 {
            guard path.popLast()?.nextSibling == nil else { throw Self.differ }
        }
    }

    private static let differ = XMLFailure.malformed(line: 0, reason: "two readings of the document differ")
}
