#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The tags of a document, matched: each end tag closes the last open start tag of the same qualified name.
struct XMLStructure {
    enum Tag {
        /// `depth` of the root is 0.
        case start(XMLLexer.Token, depth: Int)
        case end(XMLLexer.Token, depth: Int)
    }

    private struct Open {
        let name: Range<Int>
        let namespaces: Int
    }

    private let bytes: [UInt8]
    private let limits: XMLLimits
    private var lexer: XMLLexer
    private var open: [Open] = []
    private var namespaces = 0
    private var nodes = 0
    private var elements = 0
    /// No comment, CDATA section or processing instruction was met.
    private(set) var holdsOnlyElementsAndText = true

    init(_ source: DecodedSource, limits: XMLLimits) {
        bytes = source.bytes
        self.limits = limits
        lexer = XMLLexer(bytes, start: source.content, limits: limits)
    }

    /// Read to the end.
    static func checked(_ source: DecodedSource, limits: XMLLimits) throws(XMLFailure) -> XMLStructure {
        var structure = XMLStructure(source, limits: limits)
        while try structure.next() != nil {}
        return structure
    }

    /// A self-closed tag is a start only.
    mutating func next() throws(XMLFailure) -> Tag? {
        while let token = try lexer.next() {
            nodes += 1 + token.attributes
            try limits.check(.nodes, nodes)
            switch token.kind {
            case .start, .empty: return try begin(token)
            case .end: return try close(token)
            case .text: continue
            case .section, .comment, .instruction: holdsOnlyElementsAndText = false
            }
        }
        guard open.isEmpty, elements > 0 else { throw lexer.failure("document ends within an element") }
        return nil
    }

    private mutating func begin(_ token: XMLLexer.Token) throws(XMLFailure) -> Tag {
        guard !open.isEmpty || elements == 0 else { throw lexer.failure("second root element") }
        elements += 1
        try limits.check(.depth, open.count + 1)
        try limits.check(.namespaces, namespaces + token.namespaces)
        if token.kind == .start {
            open.append(Open(name: token.name, namespaces: token.namespaces))
            namespaces += token.namespaces
        }
        return .start(token, depth: token.kind == .start ? open.count - 1 : open.count)
    }

    private mutating func close(_ token: XMLLexer.Token) throws(XMLFailure) -> Tag {
        guard let last = open.popLast(), same(last.name, token.name) else {
            throw lexer.failure("end tag does not match its start tag")
        }
        namespaces -= last.namespaces
        return .end(token, depth: open.count)
    }

    private func same(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard left.count == right.count, let base = bytes.baseAddress else { return left.isEmpty && right.isEmpty }
            return memcmp(base + left.lowerBound, base + right.lowerBound, left.count) == 0
        }
    }
}
