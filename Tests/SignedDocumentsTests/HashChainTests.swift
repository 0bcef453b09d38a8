import PKI
import SignedDocuments
import TestSupport
import Testing
import XML

/// Parts at hand, for the reference vectors.
struct GivenParts: SignedParts {
    var contents: [String: [UInt8]] = [:]
    /// Instead of contents: digests by SHA-256, taken elsewhere.
    var digests: [String: [UInt8]] = [:]
    var mayLackParts = false

    var names: [String] { Array(contents.keys) + Array(digests.keys) }
    var areAtHand: Bool { digests.isEmpty }

    func digest(of name: String, _ algorithm: DigestAlgorithm, canonicalization: CanonicalizationMethod?) -> [UInt8]? {
        if let digest = digests[name] { return digest }
        guard let content = contents[name] else { return nil }
        guard let canonicalization else { return algorithm.digest(content) }
        guard let document = try? XMLDocument(parsing: content),
            let form = try? document.canonical(document.root, canonicalization)
        else { return nil }
        return algorithm.digest(form)
    }
}

@Suite struct HashChainVectorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let result: String
        let chains: [String: String]
        var message: String?
        var digests: [String: [UInt8]] = [:]
        var extra: [String] = []
        var mayLackParts = false
        let expected: String
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "one", result: "1", chains: ["/hashchain.xml": "1-hashchain"], message: "1-message", expected: "valid"),
        Case(
            name: "one with unused inputs", result: "1", chains: ["/hashchain.xml": "1-hashchain"], message: "1-message",
            extra: ["/unused1", "/unused2"], expected: "hashchain_unused_inputs"),
        Case(
            name: "one with a digest of another message", result: "1", chains: ["/hashchain.xml": "1-hashchain"],
            digests: ["/message.xml": DigestAlgorithm.sha256.digest("other".utf8)], expected: "invalid_hash_chain"),
        Case(
            name: "one with another message", result: "1", chains: ["/hashchain.xml": "1-hashchain"], message: "3-message",
            expected: "invalid_hash_chain_ref"),
        Case(
            name: "attachments", result: "2", chains: ["/hashchain.xml": "2-hashchain"],
            digests: ["/message.xml": [11], "/attachment1": [12], "/attachment2": [13], "/attachment3": [14]], expected: "valid"),
        Case(
            name: "attachments that are not here", result: "2", chains: ["/hashchain.xml": "2-hashchain"],
            digests: ["/message.xml": [11]], mayLackParts: true, expected: "valid"),
        Case(
            name: "attachments that must be here", result: "2", chains: ["/hashchain.xml": "2-hashchain"],
            digests: ["/message.xml": [11]], expected: "invalid_reference"),
        Case(name: "transform", result: "3", chains: ["/hashchain.xml": "3-hashchain"], message: "3-message", expected: "valid"),
        Case(
            name: "transform missing", result: "3", chains: ["/hashchain.xml": "3-hashchain-invalid"], message: "3-message",
            expected: "invalid_hash_chain_ref"),
        Case(
            name: "two chains", result: "4", chains: ["/hashchain.xml": "4-hashchain1", "/hashchain2.xml": "4-hashchain2"],
            message: "4-message", expected: "valid"),
        Case(
            name: "second chain missing", result: "4", chains: ["/hashchain.xml": "4-hashchain1"], message: "4-message",
            expected: "invalid_reference"),
        Case(
            name: "outside the grammar", result: "3", chains: ["/hashchain.xml": "5-hashchain-invalid-schema"],
            message: "3-message", expected: "malformed_hash_chain"),
    ]

    @Test(arguments: cases) func outcomes(_ example: Case) throws {
        func vector(_ name: String) throws -> [UInt8]? { try Vectors.bytes("hash-chains/hc-verifier\(name).xml") }
        guard let result = try vector(example.result + "-hashchainresult") else { return }
        var parts = GivenParts(digests: example.digests, mayLackParts: example.mayLackParts)
        if let message = example.message { parts.contents[PartName.message] = try vector(message) }
        for name in example.extra { parts.contents[name] = [] }
        let chains = try example.chains.compactMapValues(vector)
        #expect(
            outcome { _ = try HashChainVerifier.verify(result: result, chains: chains, parts: parts) } == example.expected)
    }
}

@Suite struct HashChainTests {
    /// Every chain and result is recomputed from its parts' bytes, and comes out as X-Road wrote it.
    @Test(arguments: ["conn3-request", "conn4-request"]) func composition(_ name: String) throws {
        guard let captured = try CapturedMessage(name) else { return }
        let signer = try TestSigner.of(.ec)
        let composer = try SignatureComposer(key: signer.key, certificate: signer.certificate)
        let digest = DigestAlgorithm.sha512
        let data = try composer.compose(
            message: digest.digest(captured.message), attachments: captured.attachments.map(digest.digest),
            signingTime: signingTime,
            ocspResponse: anyResponse)
        #expect(data.hashChain?.result.text == captured.hashChainResult?.text)
        #expect(data.hashChain?.chain.text == captured.hashChain?.text)
        let verified = try HashChainVerifier.verify(
            result: captured.hashChainResult ?? [], chains: [PartName.hashChain: captured.hashChain ?? []], parts: captured.parts)
        #expect(verified.map(\.name) == ["/message.xml", "/attachment1"])
    }

    @Test func schemaOfComposition() throws {
        let schema = try Vectors.url("../specs/x-road/xsd/hashchain.xsd")
        guard let schema, let hashChain = try SignedExample(attachments: ["a", "b"]).data.hashChain else { return }
        for document in [hashChain.result, hashChain.chain] {
            let result = try runTool("xmllint", ["--noout", "--nonet", "--schema", schema.path, "-"], input: document)
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    static let head =
        #"<h:HashChain xmlns:h="http://cyber.ee/hashchain" xmlns="http://www.w3.org/2000/09/xmldsig#">"#
        + #"<h:DefaultDigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>"#

    static func step(_ id: String, _ content: String) -> String { #"<h:HashStep id="\#(id)">\#(content)</h:HashStep>"# }
    static func reference(_ uri: String) -> String { #"<h:StepRef URI="\#(uri)"/>"# }
    static func part(_ name: String, _ digest: [UInt8]) -> String {
        #"<h:DataRef URI="\#(name)"><DigestValue>\#(Base64.encode(digest))</DigestValue></h:DataRef>"#
    }
    static let message = Array("message".utf8)
    static let messageReference = part("/message.xml", DigestAlgorithm.sha256.digest(message))

    static func verify(_ steps: String, result uri: String = "/sig-hashchain.xml#S0") -> String {
        let result =
            #"<h:HashChainResult xmlns:h="http://cyber.ee/hashchain" xmlns="http://www.w3.org/2000/09/xmldsig#" URI="\#(uri)">"#
            + #"<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>AA==</DigestValue></h:HashChainResult>"#
        return outcome {
            _ = try HashChainVerifier.verify(
                result: Array(result.utf8), chains: [PartName.hashChain: Array((head + steps + "</h:HashChain>").utf8)],
                parts: PartDigests(message: message))
        }
    }

    static let hostile: [(steps: String, result: String, expected: String)] = [
        (step("S0", messageReference), "/sig-hashchain.xml#S0", "invalid_hash_chain"),
        (step("S0", reference("#S0") + messageReference), "/sig-hashchain.xml#S0", "malformed_hash_chain"),
        (step("S0", reference("#S1")) + step("S1", reference("#S0")), "/sig-hashchain.xml#S0", "malformed_hash_chain"),
        (
            step("S0", reference("#S1") + reference("#S1")) + step("S1", messageReference), "/sig-hashchain.xml#S0",
            "malformed_hash_chain"
        ),
        (step("S0", messageReference) + step("S1", ""), "/sig-hashchain.xml#S0", "malformed_hash_chain"),
        (step("S0", messageReference) + step("S0", ""), "/sig-hashchain.xml#S0", "malformed_hash_chain"),
        (step("S0", messageReference + messageReference), "/sig-hashchain.xml#S0", "malformed_hash_chain"),
        (step("S0", messageReference), "/sig-hashchain.xml", "malformed_hash_chain"),
        (step("S0", messageReference), "#S0", "malformed_hash_chain"),
        (step("S0", messageReference), "/sig-hashchain.xml#", "malformed_hash_chain"),
        (step("S0", messageReference), "/sig-hashchain.xml#S7", "malformed_hash_chain"),
        (step("S0", messageReference), "/other.xml#S0", "invalid_reference"),
        (step("S0", messageReference + part("/attachment1", [1])), "/sig-hashchain.xml#S0", "invalid_reference"),
        (step("S0", messageReference + part("/etc/passwd", [1])), "/sig-hashchain.xml#S0", "invalid_reference"),
        (step("S0", part("/message.xml", [1])), "/sig-hashchain.xml#S0", "invalid_hash_chain"),
        (step("S0", part("/attachment1", [1])), "/sig-hashchain.xml#S0", "hashchain_unused_inputs"),
        (step("S0", ""), "/sig-hashchain.xml#S0", "hashchain_unused_inputs"),
        (step("S0", "<h:Other/>"), "/sig-hashchain.xml#S0", "malformed_hash_chain"),
        (step("S0", "<StepRef URI='#S1'/>"), "/sig-hashchain.xml#S0", "malformed_hash_chain"),
        (
            step(
                "S0",
                #"<h:HashValue><DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue>AA==</DigestValue>"#
                    + "</h:HashValue>" + messageReference), "/sig-hashchain.xml#S0", "malformed_hash_chain"
        ),
        (
            step(
                "S0",
                #"<h:DataRef URI="/message.xml"><Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>"#
                    + "</Transforms><DigestValue>AA==</DigestValue></h:DataRef>"), "/sig-hashchain.xml#S0", "malformed_hash_chain"
        ),
    ]

    @Test(arguments: hostile.indices) func hostileChains(_ index: Int) {
        let example = Self.hostile[index]
        #expect(Self.verify(example.steps, result: example.result) == example.expected)
    }

    @Test func boundedLength() {
        func chain(_ steps: Int) -> String {
            (0..<steps).map { Self.step("S\($0)", $0 + 1 < steps ? Self.reference("#S\($0 + 1)") : Self.messageReference) }
                .joined()
        }
        #expect(Self.verify(chain(256)) == "invalid_hash_chain")
        #expect(Self.verify(chain(257)) == "malformed_hash_chain")
        #expect(Self.verify(Self.step("S0", String(repeating: Self.reference("#S1"), count: 5000))) == "malformed_hash_chain")
        let million = chain(1_000_000)
        let elapsed = ContinuousClock().measure { #expect(Self.verify(million) == "malformed_hash_chain") }
        #expect(elapsed < .seconds(5))
    }

    /// A batch: the message's own part of the tree, the rest as digests.
    @Test func chainOverSeveralMessages() throws {
        let other = DigestAlgorithm.sha256.digest("another message".utf8)
        let mine = DigestAlgorithm.sha256.digest(Self.message)
        func single(_ digest: [UInt8]) -> [UInt8] {
            let uri = Array(DigestAlgorithm.sha256.uri.utf8)
            let content = [0x04, 0x20] + digest + [0x0c, UInt8(uri.count)] + uri + [0x30, 0x00]
            return [0x30, UInt8(content.count)] + content
        }
        let pair = single(other) + single(mine)
        let root = [0x30, 0x81, UInt8(pair.count)] + pair
        let chain =
            Self.head
            + Self.step(
                "S0", "<h:HashValue><DigestValue>\(Base64.encode(other))</DigestValue></h:HashValue>" + Self.messageReference)
            + "</h:HashChain>"
        let result =
            #"<h:HashChainResult xmlns:h="http://cyber.ee/hashchain" xmlns="http://www.w3.org/2000/09/xmldsig#" URI="/c#S0">"#
            + #"<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>"#
            + "\(Base64.encode(DigestAlgorithm.sha256.digest(root)))</DigestValue></h:HashChainResult>"
        let parts = try HashChainVerifier.verify(
            result: Array(result.utf8), chains: ["/c": Array(chain.utf8)], parts: PartDigests(message: Self.message))
        #expect(parts.map(\.name) == ["/message.xml"])
    }
}
