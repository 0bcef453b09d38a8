import MessageCodecs
import XML

enum IdentifierElement {
    /// The identifier in a document of one element, by the element's name.
    static func read(_ bytes: [UInt8]) throws -> String {
        let root = try XMLDocument(parsing: bytes).root
        switch root.name {
        case "service": return try SOAPIdentifiers.service(root).description
        case "securityServer": return try SOAPIdentifiers.securityServer(root).description
        default: return try SOAPIdentifiers.client(root).description
        }
    }
}
