import PKI
import XML

/// The two documents by which one signature or time-stamp covers several parts.
package struct HashChainDocuments: Sendable, Equatable {
    /// What the signature refers to as `/sig-hashchainresult.xml`, and what a time-stamp stamps as `/ts-hashchainresult.xml`.
    package let result: [UInt8]
    package let chain: [UInt8]

    package init(result: [UInt8], chain: [UInt8]) {
        self.result = result
        self.chain = chain
    }
}

/// `hc:HashChain` (hashchain.xsd), read by its grammar.
struct HashChainDocument: Equatable {
    private(set) var steps: [[HashStepValue]] = []
    private var numbers: [String: Int] = [:]
    private var values = 0

    static let maximumSteps = 256
    static let maximumValues = 4096

    /// The form that X-Road and we write is read as such, any other as XML; the outcome is the same.
    init(parsing bytes: [UInt8]) throws(SignedDocumentFailure) {
        self = if let document = HashChainTextReader.chain(bytes) { document } else { try HashChainDocument(xml: bytes) }
    }

    /// Without steps.
    init() {}

    /// The number of the step in `steps`.
    func step(_ id: String) -> Int? { numbers[id] }

    /// A step whose values follow.
    mutating func beginStep(_ id: String) throws(SignedDocumentFailure) {
        guard !id.isEmpty else { throw .malformedHashChain("a step without an id") }
        guard steps.count < Self.maximumSteps else { throw .malformedHashChain("more than \(Self.maximumSteps) steps") }
        guard numbers.updateValue(steps.count, forKey: id) == nil else {
            throw .malformedHashChain("two steps with the id \(id)")
        }
        steps.append([])
    }

    /// To the last step.
    mutating func append(_ value: HashStepValue) throws(SignedDocumentFailure) {
        values += 1
        guard values <= Self.maximumValues else { throw .malformedHashChain("more than \(Self.maximumValues) values") }
        steps[steps.count - 1].append(value)
    }
}

extension HashChainDocument {
    init(xml bytes: [UInt8]) throws(SignedDocumentFailure) {
        self.init()
        let root = try hashChainRoot("HashChain", of: bytes)
        var children = root.children[...]
        var defaultAlgorithm: DigestAlgorithm?
        if let method = children.first, method.isHashChain("DefaultDigestMethod") {
            defaultAlgorithm = try digestAlgorithm(of: method)
            children = children.dropFirst()
        }
        for child in children {
            guard child.isHashChain("HashStep"), child.hasOnly(attributes: ["id"]), let id = child.attribute("id") else {
                throw .malformedHashChain("an element that is not a HashStep with an id")
            }
            try beginStep(id)
            for value in child.children { try append(HashStepValue(value, defaultAlgorithm)) }
        }
    }
}

/// One value of a hash step: a digest given as such, the digest of another step, or the digest of a part.
struct HashStepValue: Equatable {
    enum Source: Equatable {
        case digest([UInt8])
        case step(HashStepReference)
        case part(name: String, digest: [UInt8], canonicalization: CanonicalizationMethod?)
    }

    let source: Source
    let algorithm: DigestAlgorithm
}

extension HashStepValue {
    fileprivate init(_ element: XMLElement, _ defaultAlgorithm: DigestAlgorithm?) throws(SignedDocumentFailure) {
        var children = element.children[...]
        var algorithm = defaultAlgorithm
        if let method = children.first, method.isSignature("DigestMethod") {
            algorithm = try digestAlgorithm(of: method)
            children = children.dropFirst()
        }
        guard let algorithm else { throw .malformedHashChain("a value without a digest algorithm") }
        self.algorithm = algorithm
        guard element.namespace == XMLNamespace.hashChain else { throw .malformedHashChain("an unknown element in a step") }
        switch element.name {
        case "HashValue" where element.hasOnly(attributes: []):
            source = .digest(try digestValue(children, of: element.name))
        case "StepRef" where element.hasOnly(attributes: ["URI"]) && children.isEmpty:
            source = .step(try HashStepReference(uri: Self.uri(of: element)))
        case "DataRef" where element.hasOnly(attributes: ["URI"]):
            var canonicalization: CanonicalizationMethod?
            if let transforms = children.first, transforms.isSignature("Transforms") {
                canonicalization = try Self.canonicalization(of: transforms)
                children = children.dropFirst()
            }
            source = .part(
                name: try Self.uri(of: element), digest: try digestValue(children, of: element.name),
                canonicalization: canonicalization)
        default: throw .malformedHashChain("an element that no step may have")
        }
    }

    private static func uri(of element: XMLElement) throws(SignedDocumentFailure) -> String {
        guard let uri = element.attribute("URI") else { throw .malformedHashChain("a reference without a URI") }
        return uri
    }

    /// Canonicalization is the only transform of the closed profile, and one is enough.
    private static func canonicalization(of transforms: XMLElement) throws(SignedDocumentFailure) -> CanonicalizationMethod {
        guard transforms.children.count == 1, let transform = transforms.children.first, transform.isSignature("Transform"),
            transform.children.isEmpty, let method = transform.attribute("Algorithm").flatMap(CanonicalizationMethod.init(uri:))
        else { throw .malformedHashChain("a transform other than one canonicalization") }
        return method
    }
}

/// A step of a hash chain, as results and other steps name it.
struct HashStepReference: Equatable {
    /// nil for the document that the reference stands in.
    let document: String?
    let step: String

    init(uri: String) throws(SignedDocumentFailure) {
        guard let mark = uri.utf8.firstIndex(of: UInt8(ascii: "#")) else { throw Self.failure(uri) }
        let step = uri[uri.utf8.index(after: mark)...]
        guard !step.isEmpty, !step.utf8.contains(UInt8(ascii: "#")) else { throw Self.failure(uri) }
        document = mark == uri.startIndex ? nil : String(uri[..<mark])
        self.step = String(step)
    }

    private static func failure(_ uri: String) -> SignedDocumentFailure {
        .malformedHashChain("an unacceptable step reference: \(uri)")
    }
}

/// `hc:HashChainResult`: which step's digest is signed.
struct HashChainResult: Equatable {
    let reference: HashStepReference
    let algorithm: DigestAlgorithm
    let digest: [UInt8]

    init(parsing bytes: [UInt8]) throws(SignedDocumentFailure) {
        self = if let result = HashChainTextReader.result(bytes) { result } else { try HashChainResult(xml: bytes) }
    }

    init(uri: String, algorithm: DigestAlgorithm, digest: [UInt8]) throws(SignedDocumentFailure) {
        reference = try HashStepReference(uri: uri)
        guard reference.document != nil else { throw .malformedHashChain("a result that names no hash chain: \(uri)") }
        self.algorithm = algorithm
        self.digest = digest
    }

    init(xml bytes: [UInt8]) throws(SignedDocumentFailure) {
        let root = try hashChainRoot("HashChainResult", of: bytes)
        guard root.hasOnly(attributes: ["URI"]), let uri = root.attribute("URI"), let method = root.children.first else {
            throw .malformedHashChain("a HashChainResult without URI or digest algorithm")
        }
        try self.init(
            uri: uri, algorithm: digestAlgorithm(of: method), digest: digestValue(root.children.dropFirst(), of: root.name))
    }
}

private func hashChainRoot(_ name: String, of bytes: [UInt8]) throws(SignedDocumentFailure) -> XMLElement {
    let document: XMLDocument
    do { document = try XMLDocument(parsing: bytes) } catch { throw .malformedHashChain("\(error)") }
    guard document.root.isHashChain(name) else { throw .malformedHashChain("the document is not a \(name)") }
    return document.root
}

private func digestAlgorithm(of method: XMLElement) throws(SignedDocumentFailure) -> DigestAlgorithm {
    guard method.hasOnly(attributes: ["Algorithm"]), method.children.isEmpty,
        let algorithm = method.attribute("Algorithm").flatMap(DigestAlgorithm.init(uri:)), algorithm.isAcceptable
    else { throw .malformedHashChain("a digest algorithm that is not allowed") }
    return algorithm
}

private func digestValue(_ children: ArraySlice<XMLElement>, of parent: String) throws(SignedDocumentFailure) -> [UInt8] {
    guard children.count == 1, let value = children.first, value.isSignature("DigestValue"), value.hasOnly(attributes: []),
        let digest = value.base64, (1...64).contains(digest.count)
    else { throw .malformedHashChain("a \(parent) without exactly one digest value") }
    return digest
}
