import PKI
import XML

extension XMLElement {
    func isSignature(_ name: String) -> Bool { named(name, XMLNamespace.signature) }
    func isXAdES(_ name: String) -> Bool { named(name, XMLNamespace.xades) }
    func isHashChain(_ name: String) -> Bool { named(name, XMLNamespace.hashChain) }

    /// No other attributes than these, and none in a namespace.
    func hasOnly(attributes names: Set<String>) -> Bool {
        attributes.allSatisfy { $0.namespace == nil && names.contains($0.name) }
    }

    /// The bytes of a text-only element in base64, white space passed over.
    var base64: [UInt8]? { containsOnlyText ? Base64.decode(spaced: text) : nil }
}

extension DigestAlgorithm {
    /// Whether it may stand in signatures and hash chains: not SHA-1.
    var isAcceptable: Bool { self != .sha1 }
}
