/// What one document may cost. Every limit is checked on the bytes, before libxml2 sees them: it compares all attributes
/// of a tag pairwise before it reports the tag, so that a limit set on its events would come too late.
package struct XMLLimits: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case bytes, depth, attributes, namespaces, nodes, textBytes, nameBytes, namespaceBytes, canonicalBytes
    }

    package var maximumBytes: Int
    /// Nested elements; the root is the first. libxml2 itself stops at 256.
    package var maximumDepth = 64
    /// Attributes and namespace declarations of one tag.
    package var maximumAttributes = 128
    /// Namespace declarations in scope at one place; canonicalisation costs nodes × the square of this.
    package var maximumNamespaces = 64
    /// Elements, attributes, runs of text, comments and instructions together.
    package var maximumNodes: Int
    /// One run of text, comment, instruction or attribute value.
    package var maximumTextBytes: Int
    /// One qualified name.
    package var maximumNameBytes = 256
    /// One namespace name. Exclusive canonical form writes it at every element and attribute that uses it, in libxmlsec1
    /// too, where no limit can be set on the output.
    package var maximumNamespaceBytes = 1024

    /// SOAP messages.
    package static let message = XMLLimits(maximumBytes: 1 << 20, maximumNodes: 100_000, maximumTextBytes: 1 << 20)

    /// Signature documents and hash chains: a message of many attachments, with certificates, OCSP responses and time-stamps.
    /// Canonicalising the worst of them takes a quarter of a second.
    package static let signature = XMLLimits(maximumBytes: 1 << 20, maximumNodes: 10_000, maximumTextBytes: 1 << 19)

    /// Shared and private parameters of a whole instance. libxml2 fails on some documents beyond ten million bytes.
    package static let configuration = XMLLimits(
        maximumBytes: 10_000_000, maximumNodes: 1_000_000, maximumTextBytes: 4 << 20)

    package init(maximumBytes: Int, maximumNodes: Int, maximumTextBytes: Int) {
        self.maximumBytes = maximumBytes
        self.maximumNodes = maximumNodes
        self.maximumTextBytes = maximumTextBytes
    }

    func check(_ kind: Kind, _ value: Int) throws(XMLFailure) {
        let maximum =
            switch kind {
            case .bytes: maximumBytes
            case .depth: maximumDepth
            case .attributes: maximumAttributes
            case .namespaces: maximumNamespaces
            case .nodes: maximumNodes
            case .textBytes: maximumTextBytes
            case .nameBytes: maximumNameBytes
            case .namespaceBytes: maximumNamespaceBytes
            case .canonicalBytes: maximumCanonicalBytes
            }
        guard value <= maximum else { throw .limitExceeded(kind, maximum: maximum) }
    }

    /// Of one canonical form. Ordinary documents hardly grow.
    var maximumCanonicalBytes: Int { maximumBytes * 4 }
}
