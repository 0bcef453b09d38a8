import XML
import XRoadModel

/// Identifiers as elements (PR-MESS 2.1, Annex A). The object type must fit the codes, each code stands once and holds only text.
package enum SOAPIdentifiers {
    package static func client(_ element: XMLElement) throws(CodecFailure) -> ClientIdentifier {
        let type = try objectType(element, oneOf: ["MEMBER", "SUBSYSTEM"])
        let client = try clientCodes(element)
        guard (client.subsystemCode != nil) == (type == "SUBSYSTEM") else {
            throw .invalidXML("\(element.name) is no \(type) by its codes")
        }
        return client
    }

    package static func service(_ element: XMLElement) throws(CodecFailure) -> ServiceIdentifier {
        _ = try objectType(element, oneOf: ["SERVICE"])
        return ServiceIdentifier(
            provider: try clientCodes(element), serviceCode: try required("serviceCode", in: element),
            serviceVersion: try code("serviceVersion", in: element))
    }

    package static func securityServer(_ element: XMLElement) throws(CodecFailure) -> SecurityServerIdentifier {
        _ = try objectType(element, oneOf: ["SERVER"])
        return SecurityServerIdentifier(owner: try member(element), serverCode: try required("serverCode", in: element))
    }

    private static func clientCodes(_ element: XMLElement) throws(CodecFailure) -> ClientIdentifier {
        ClientIdentifier(member: try member(element), subsystemCode: try code("subsystemCode", in: element))
    }

    private static func member(_ element: XMLElement) throws(CodecFailure) -> MemberIdentifier {
        MemberIdentifier(
            instance: try required("xRoadInstance", in: element), memberClass: try required("memberClass", in: element),
            memberCode: try required("memberCode", in: element))
    }

    private static func objectType(_ element: XMLElement, oneOf types: [String]) throws(CodecFailure) -> String {
        guard let type = element.attribute("objectType", namespace: SOAPNamespace.identifiers), types.contains(type) else {
            throw .invalidXML("objectType of \(element.name) is missing or not \(types.joined(separator: " or "))")
        }
        return type
    }

    private static func required(_ name: String, in element: XMLElement) throws(CodecFailure) -> String {
        guard let code = try code(name, in: element) else { throw .invalidXML("\(element.name) lacks \(name)") }
        return code
    }

    private static func code(_ name: String, in element: XMLElement) throws(CodecFailure) -> String? {
        guard let text = try SOAPHeader.text(of: name, SOAPNamespace.identifiers, in: element) else { return nil }
        guard !text.isEmpty, !text.utf8.contains(where: Characters.isControl) else {
            throw .invalidXML("\(name) of \(element.name) is empty or has control characters")
        }
        return text
    }
}
