/// Why XML was not taken. Reasons and line numbers come from the document's author and may be shown to them.
package enum XMLFailure: Error, Equatable {
    // The document's author
    /// Not UTF-8, UTF-16 with a byte order mark, or declared ISO-8859-1.
    case unsupportedEncoding(String)
    /// The declaration names another encoding than the one that the bytes are in.
    case contradictoryEncoding(declared: String, actual: XMLEncoding)
    /// A byte sequence that the encoding forbids, or a character that XML forbids.
    case invalidCharacters
    /// A document type declaration, and with it every entity, is refused wherever it stands.
    case documentTypeRefused
    case malformed(line: Int, reason: String)
    case limitExceeded(XMLLimits.Kind, maximum: Int)
    /// The canonical form does not exist (a relative namespace name) or came out empty.
    case notCanonicalizable(String)

    // The author of a signature document, as told by the oracle
    case signatureRefused(String)

    // The caller
    case invalidXPath(String)
    /// The expression's value is not a set of elements.
    case notElements
    /// The element belongs to another document.
    case foreignElement

    // This machine
    case outOfMemory
}

extension XMLFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unsupportedEncoding(let name): "encoding \(name) is not read"
        case .contradictoryEncoding(let declared, let actual): "declared as \(declared), but it is \(actual.rawValue)"
        case .invalidCharacters: "bytes or characters that XML forbids"
        case .documentTypeRefused: "a document type declaration"
        case .malformed(let line, let reason): "line \(line): \(reason)"
        case .limitExceeded(let kind, let maximum): "more than \(maximum) \(kind.words)"
        case .notCanonicalizable(let reason): "no canonical form: \(reason)"
        case .signatureRefused(let reason): "signature not processed: \(reason)"
        case .invalidXPath(let reason): "XPath: \(reason)"
        case .notElements: "the XPath expression's value is not a set of elements"
        case .foreignElement: "an element of another document"
        case .outOfMemory: "memory ran out"
        }
    }
}

extension XMLLimits.Kind {
    var words: String {
        switch self {
        case .bytes: "bytes"
        case .depth: "levels of elements"
        case .attributes: "attributes of one tag"
        case .namespaces: "namespaces in scope"
        case .nodes: "nodes"
        case .textBytes: "bytes in one run of text"
        case .nameBytes: "bytes in one name"
        case .namespaceBytes: "bytes in one namespace name"
        case .canonicalBytes: "bytes in canonical form"
        }
    }
}
