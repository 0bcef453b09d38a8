import XML
import XRoadModel

/// The header fields of a message (PR-MESS 2.2, and the extensions for targeting and representation). Fields of other namespaces
/// are carried but mean nothing here.
package struct SOAPHeader: Sendable, Equatable {
    package struct RequestHash: Sendable, Equatable {
        /// URI of the digest algorithm; X-Road's own check does not look at it.
        package let algorithm: String?
        /// Base64.
        package let value: String
    }

    package let client: ClientIdentifier
    package let service: ServiceIdentifier
    package let messageID: String
    package let userID: String?
    package let issue: String?
    package let protocolVersion: String
    package let representedParty: RepresentedParty?
    package let securityServer: SecurityServerIdentifier?
    package let requestHash: RequestHash?

    init(_ header: XMLElement) throws(CodecFailure) {
        let version = try Self.text(of: "protocolVersion", in: header)
        let client = try Self.field("client", in: header).map(SOAPIdentifiers.client)
        let messageID = try Self.text(of: "id", in: header)
        let service = try Self.field("service", in: header).map(SOAPIdentifiers.service)
        guard let version else { throw .missingHeaderField("protocolVersion") }
        guard Self.isSupported(version) else { throw .invalidProtocolVersion(String(version.prefix(32))) }
        guard let client else { throw .missingHeaderField("client") }
        guard let messageID, !messageID.isEmpty else { throw .missingHeaderField("id") }
        guard let service else { throw .missingHeaderField("service") }
        guard messageID.utf8.count <= 255 else { throw .invalidSOAP("id is longer than 255 bytes") }
        protocolVersion = version
        self.client = client
        self.messageID = messageID
        self.service = service
        userID = try Self.text(of: "userId", in: header)
        issue = try Self.text(of: "issue", in: header)
        representedParty = try Self.field("representedParty", SOAPNamespace.representation, in: header).map(Self.party)
        securityServer = try Self.field("securityServer", in: header).map(SOAPIdentifiers.securityServer)
        requestHash = try Self.field("requestHash", in: header).map {
            RequestHash(algorithm: $0.attribute("algorithmId"), value: $0.text)
        }
    }

    /// Minor versions add only what may be ignored (PR-MESS 2.2).
    private static func isSupported(_ version: String) -> Bool {
        version.hasPrefix("4.") && version.utf8.count > 2 && version.utf8.dropFirst(2).allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func party(_ element: XMLElement) throws(CodecFailure) -> RepresentedParty {
        let code = try text(of: "partyCode", SOAPNamespace.representation, in: element)
        guard let code, !code.isEmpty else { throw .missingHeaderField("partyCode") }
        return RepresentedParty(
            partyClass: try text(of: "partyClass", SOAPNamespace.representation, in: element), partyCode: code)
    }

    private static func field(
        _ name: String, _ namespace: String = SOAPNamespace.xroad, in parent: XMLElement
    ) throws(CodecFailure) -> XMLElement? {
        let found = parent.children(name, namespace)
        guard found.count <= 1 else { throw .duplicateHeaderField(name) }
        return found.first
    }

    /// A comment or an element inside would be read differently by different readers.
    static func text(
        of name: String, _ namespace: String = SOAPNamespace.xroad, in parent: XMLElement
    ) throws(CodecFailure) -> String? {
        guard let element = try field(name, namespace, in: parent) else { return nil }
        guard element.containsOnlyText else { throw .invalidSOAP("\(name) holds more than text") }
        return element.text
    }
}
