import PKI
import XML

/// One `ds:Reference`.
struct SignatureReference: Sendable {
    let id: String?
    let uri: String
    let type: String?
    let canonicalization: CanonicalizationMethod?
    let algorithm: DigestAlgorithm
    let digest: [UInt8]

    init(_ element: XMLElement) throws(SignedDocumentFailure) {
        guard element.isSignature("Reference"), element.hasOnly(attributes: ["Id", "URI", "Type"]),
            let uri = element.attribute("URI")
        else { throw .malformedSignature("SignedInfo holds something other than references with a URI") }
        var children = element.children[...]
        var canonicalization: CanonicalizationMethod?
        if let transforms = children.first, transforms.isSignature("Transforms") {
            guard transforms.children.count == 1, let transform = transforms.children.first else {
                throw .malformedSignature("the reference to \(uri) has more than one transform")
            }
            canonicalization = try canonicalizationMethod(transform, "Transform")
            children = children.dropFirst()
        }
        guard children.count == 2, let method = children.first, let value = children.last else {
            throw .malformedSignature("the reference to \(uri) is not of the form transforms, method, value")
        }
        id = element.attribute("Id")
        self.uri = uri
        type = element.attribute("Type")
        self.canonicalization = canonicalization
        (algorithm, digest) = try signatureDigest(method, value)
    }

    var isToSignedProperties: Bool { type == XMLNamespace.signedPropertiesType }
}

/// `ds:SignedInfo`: which parts are signed, and how.
struct SignedInformation: Sendable {
    let canonicalization: CanonicalizationMethod
    let algorithm: SignatureAlgorithm
    let signedProperties: SignatureReference
    /// To the message and its attachments, or to the hash chain result alone.
    let parts: [SignatureReference]

    static let maximumReferences = 256

    init(_ element: XMLElement) throws(SignedDocumentFailure) {
        let children = element.children
        guard element.isSignature("SignedInfo"), children.count > 2 else {
            throw .malformedSignature("no SignedInfo with methods and references at its place")
        }
        guard children.count <= Self.maximumReferences + 2 else {
            throw .malformedSignature("more than \(Self.maximumReferences) references")
        }
        canonicalization = try canonicalizationMethod(children[0], "CanonicalizationMethod")
        guard children[1].isSignature("SignatureMethod"), children[1].children.isEmpty,
            let algorithm = children[1].attribute("Algorithm").flatMap(SignatureAlgorithm.init(uri:)),
            algorithm.digest.isAcceptable
        else { throw .malformedSignature("a signature algorithm that is not allowed") }
        self.algorithm = algorithm
        var references: [SignatureReference] = []
        for child in children.dropFirst(2) { references.append(try SignatureReference(child)) }
        let properties = references.filter(\.isToSignedProperties)
        guard properties.count == 1 else { throw .malformedSignature("not exactly one reference to the signed properties") }
        signedProperties = properties[0]
        parts = references.filter { !$0.isToSignedProperties }
        try checkParts()
    }

    var isToHashChain: Bool { parts.map(\.uri) == [PartName.hashChainResult] }

    private func checkParts() throws(SignedDocumentFailure) {
        let names = parts.map(\.uri)
        guard names == [PartName.hashChainResult] || names.contains(PartName.message) else {
            throw .malformedSignature("neither \(PartName.message) nor \(PartName.hashChainResult) alone is signed")
        }
        guard Set(names).count == names.count else { throw .malformedSignature("a part is referenced twice") }
        if !isToHashChain, let other = names.first(where: { !PartName.isMessagePart($0) }) { throw .invalidReference(other) }
        guard parts.allSatisfy({ $0.type == nil && $0.canonicalization == nil }) else {
            throw .malformedSignature("a reference to a part has a type or a transform")
        }
    }
}

/// Canonicalization without parameters: `InclusiveNamespaces` would make the canonical form the signer's choice.
private func canonicalizationMethod(_ element: XMLElement, _ name: String) throws(SignedDocumentFailure) -> CanonicalizationMethod
{
    guard element.isSignature(name), element.children.isEmpty, element.hasOnly(attributes: ["Algorithm"]),
        let method = element.attribute("Algorithm").flatMap(CanonicalizationMethod.init(uri:))
    else { throw .malformedSignature("\(name) is not one of the two allowed canonicalizations") }
    return method
}

/// `ds:DigestMethod` and `ds:DigestValue`, as references and certificate digests have them.
func signatureDigest(
    _ method: XMLElement, _ value: XMLElement
) throws(SignedDocumentFailure) -> (algorithm: DigestAlgorithm, digest: [UInt8]) {
    guard method.isSignature("DigestMethod"), method.children.isEmpty,
        let algorithm = method.attribute("Algorithm").flatMap(DigestAlgorithm.init(uri:)), algorithm.isAcceptable
    else { throw .malformedSignature("a digest algorithm that is not allowed") }
    guard value.isSignature("DigestValue"), let digest = value.base64, digest.count == algorithm.length else {
        throw .malformedSignature("a digest value that does not fit its algorithm")
    }
    return (algorithm, digest)
}
