import PKI
import XML
import XRoadModel

/// Composes a parameters file: two blanks of indentation a level, elements in the order in which they are written.
struct ParameterWriter {
    private var text = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    private var depth = 0

    /// The whole document; `content` writes what stands in the root.
    static func document(root: String, _ content: (inout ParameterWriter) -> Void) -> [UInt8] {
        var writer = ParameterWriter()
        let namespaces = [
            "xmlns:id": ParameterNamespace.identifiers, "xmlns:tns": ParameterNamespace.configuration,
        ]
        writer.element("tns:\(root)", namespaces, content)
        return Array(writer.text.utf8)
    }

    mutating func element(
        _ name: String, _ attributes: [String: String] = [:], _ content: (inout ParameterWriter) -> Void
    ) {
        indent()
        text += "<\(name)\(Self.attributes(attributes))>\n"
        depth += 1
        content(&self)
        depth -= 1
        indent()
        text += "</\(name)>\n"
    }

    mutating func value(_ name: String, _ value: String) {
        indent()
        text += "<\(name)>\(XMLText.escape(text: value))</\(name)>\n"
    }

    /// Nothing where the value is nil.
    mutating func optional(_ name: String, _ value: String?) {
        if let value { self.value(name, value) }
    }

    mutating func bytes(_ name: String, _ bytes: [UInt8]) { value(name, Base64.encode(bytes)) }

    /// An `XRoadClientIdentifierType`.
    mutating func identifier(_ name: String, _ client: ClientIdentifier) {
        element(name, ["id:objectType": client.subsystemCode == nil ? "MEMBER" : "SUBSYSTEM"]) { writer in
            writer.value("id:xRoadInstance", client.member.instance)
            writer.value("id:memberClass", client.member.memberClass)
            writer.value("id:memberCode", client.member.memberCode)
            writer.optional("id:subsystemCode", client.subsystemCode)
        }
    }

    private static func attributes(_ attributes: [String: String]) -> String {
        attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\"\(XMLText.escape(attribute: $0.value))\"" }.joined()
    }

    private mutating func indent() { text += String(repeating: "  ", count: depth) }
}
