import PKI
import XML
import XRoadModel

/// XML namespaces of global configuration. Below the root only identifiers are in a namespace.
enum ParameterNamespace {
    static let configuration = "http://x-road.eu/xsd/xroad.xsd"
    static let identifiers = "http://x-road.eu/xsd/identifiers"
}

/// Opens a parameters file or an anchor and checks its root element.
func parameterDocument(_ bytes: [UInt8], root name: String) throws(ConfigurationFailure) -> XMLDocument {
    let document: XMLDocument
    do {
        document = try XMLDocument(parsing: bytes, limits: .configuration)
    } catch {
        throw .malformedParameters("\(error)")
    }
    guard document.root.named(name, ParameterNamespace.configuration) else {
        throw .malformedParameters("the root element is not \(name)")
    }
    return document
}

extension XMLElement {
    /// The one child of that name; a second one, or none, is refused.
    func only(_ name: String, _ namespace: String? = nil) throws(ConfigurationFailure) -> XMLElement {
        guard let child = try optional(name, namespace) else { throw .malformedParameters("\(self.name) has no \(name)") }
        return child
    }

    func optional(_ name: String, _ namespace: String? = nil) throws(ConfigurationFailure) -> XMLElement? {
        let found = children(name, namespace)
        guard found.count <= 1 else { throw .malformedParameters("\(self.name) has more than one \(name)") }
        return found.first
    }

    /// The text of the one child of that name, which holds nothing but text.
    func value(_ name: String, _ namespace: String? = nil) throws(ConfigurationFailure) -> String {
        try only(name, namespace).content()
    }

    func optionalValue(_ name: String, _ namespace: String? = nil) throws(ConfigurationFailure) -> String? {
        try optional(name, namespace)?.content()
    }

    /// A code that identifies something: never empty.
    func code(_ name: String, _ namespace: String? = nil) throws(ConfigurationFailure) -> String {
        let code = try value(name, namespace)
        guard !code.isEmpty else { throw .malformedParameters("\(name) of \(self.name) is empty") }
        return code
    }

    /// A number of seconds, at most what X-Road's 32 bits hold, so that adding it to an instant is safe.
    func seconds(_ name: String) throws(ConfigurationFailure) -> Int64 {
        let text = try value(name).collapsed
        guard let number = Int32(text), number >= 0 else {
            throw .malformedParameters("\(name) is no number of seconds: \(text)")
        }
        return Int64(number)
    }

    func decoded() throws(ConfigurationFailure) -> [UInt8] {
        guard let bytes = Base64.decode(spaced: try content()), !bytes.isEmpty else {
            throw .malformedParameters("\(name) is not base64")
        }
        return bytes
    }

    /// DER of a certificate. Central servers publish some in PEM, encoded in base64 once more, and X-Road reads both.
    func certificate() throws(ConfigurationFailure) -> [UInt8] {
        let bytes = try decoded()
        guard bytes.starts(with: "-----BEGIN".utf8) else { return bytes }
        let blocks = PEM.decode(String(decoding: bytes, as: UTF8.self), label: "CERTIFICATE")
        guard let der = blocks?.first, blocks?.count == 1 else {
            throw .malformedParameters("\(name) is not one certificate in PEM")
        }
        return der
    }

    func certificates(_ name: String) throws(ConfigurationFailure) -> [[UInt8]] {
        try children(name, nil).map { (element) throws(ConfigurationFailure) in try element.certificate() }
    }

    func content() throws(ConfigurationFailure) -> String {
        guard containsOnlyText else { throw .malformedParameters("\(name) holds more than text") }
        return text
    }

    /// An `XRoadClientIdentifierType`: a member or a subsystem.
    func clientIdentifier() throws(ConfigurationFailure) -> ClientIdentifier {
        let namespace = ParameterNamespace.identifiers
        let member = MemberIdentifier(
            instance: try code("xRoadInstance", namespace), memberClass: try code("memberClass", namespace),
            memberCode: try code("memberCode", namespace))
        let subsystem: String? = children("subsystemCode", namespace).isEmpty ? nil : try code("subsystemCode", namespace)
        let type = attribute("objectType", namespace: namespace)
        guard type == (subsystem == nil ? "MEMBER" : "SUBSYSTEM") else {
            throw .malformedParameters("\(name) has object type \(type ?? "none")")
        }
        return ClientIdentifier(member: member, subsystemCode: subsystem)
    }
}

extension String {
    /// Without white space at either end, as XML Schema reads numbers, booleans and references.
    var collapsed: String {
        let isSpace: (Unicode.Scalar) -> Bool = { [" ", "\t", "\n", "\r"].contains($0) }
        let start = unicodeScalars.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(start[...last])
    }
}
