import PKI
import SignedDocuments
import TestSupport
import Testing

@Suite struct BatchHashChainTests {
    static let digest = DigestAlgorithm.sha512

    /// Message `number` of a batch, with as many attachments.
    static func parts(_ number: Int, attachments: Int) -> GivenParts {
        var parts = GivenParts(contents: [PartName.message: Array("message \(number)".utf8)])
        for attachment in 0..<attachments {
            parts.contents[PartName.attachment(attachment + 1)] = Array("attachment \(number).\(attachment)".utf8)
        }
        return parts
    }

    static func digests(_ parts: GivenParts) -> [[UInt8]] {
        let names = [PartName.message] + (1..<parts.contents.count).map(PartName.attachment)
        return names.compactMap { parts.contents[$0] }.map { digest.digest($0) }
    }

    static func verify(_ documents: HashChainDocuments, _ parts: GivenParts) -> String {
        outcome {
            _ = try HashChainVerifier.verify(
                result: documents.result, chains: [PartName.hashChain: documents.chain], parts: parts)
        }
    }

    /// Sizes on both sides of every power of two, so that the tree is full, nearly full and lopsided.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 33, 100], [[0], [2], [0, 1, 3]])
    func everyInputOfABatch(_ count: Int, _ attachments: [Int]) throws {
        let inputs = (0..<count).map { Self.parts($0, attachments: attachments[$0 % attachments.count]) }
        let batch = BatchHashChain(.messages, inputs: inputs.map(Self.digests), algorithm: Self.digest)
        for (index, parts) in inputs.enumerated() {
            let documents = batch.documents(at: index)
            #expect(Self.verify(documents, parts) == "valid")
            #expect(Self.verify(documents, Self.parts(count, attachments: 0)) != "valid")
            #expect(documents.result == batch.result)
        }
    }

    /// The chain of one input does not prove another one of the same batch.
    @Test func chainOfAnotherInput() {
        let inputs = (0..<5).map { Self.parts($0, attachments: 0) }
        let batch = BatchHashChain(.messages, inputs: inputs.map(Self.digests), algorithm: Self.digest)
        #expect(Self.verify(batch.documents(at: 1), inputs[2]) == "invalid_hash_chain_ref")
    }

    /// Names, depth and the side of each sibling, for the lopsided tree of five: ((0 1)(2 3)) 4.
    @Test func shape() {
        let inputs = (0..<5).map { Self.parts($0, attachments: $0 == 4 ? 1 : 0) }
        let batch = BatchHashChain(.messages, inputs: inputs.map(Self.digests), algorithm: Self.digest)
        func outline(_ index: Int) -> [String] {
            batch.chain(at: index).text.split(separator: "\n").compactMap { line in
                let line = line.drop { $0 == " " }
                if line.hasPrefix("<ns2:HashStep") { return "step" }
                if line.hasPrefix("<ns2:HashValue") { return "digest" }
                return line.hasPrefix("<ns2:") && line.contains("URI=") ? String(line.split(separator: "\"")[1]) : nil
            }
        }
        #expect(
            outline(0) == ["step", "#STEP1", "digest", "step", "#STEP2", "digest", "step", "/message.xml", "digest"])
        #expect(
            outline(3) == ["step", "#STEP1", "digest", "step", "digest", "#STEP2", "step", "digest", "/message.xml"])
        #expect(outline(4) == ["step", "digest", "#STEP1", "step", "/message.xml", "/attachment1"])
    }

    /// A chain of many inputs is as long as the tree is high, and the whole batch is made in bounded time.
    @Test func largeBatch() {
        let digests = (0..<10_000).map { [Self.digest.digest("signature \($0)".utf8)] }
        let elapsed = ContinuousClock().measure {
            let batch = BatchHashChain(.signatureDocuments, inputs: digests, algorithm: Self.digest)
            #expect(batch.chain(at: 9_999).count < 8_192)
        }
        #expect(elapsed < .seconds(10))
    }

    /// Time-stamp hash chains refer to the signature document, and their result to the time-stamp's chain.
    @Test(arguments: [1, 2, 3, 64]) func signatureDocuments(_ count: Int) throws {
        let signatures = (0..<count).map { Array("signature \($0)".utf8) }
        let batch = BatchHashChain(
            .signatureDocuments, inputs: signatures.map { [Self.digest.digest($0)] }, algorithm: Self.digest)
        for (index, signature) in signatures.enumerated() {
            let parts = try HashChainVerifier.verify(
                result: batch.result, chains: [PartName.timestampHashChain: batch.chain(at: index)],
                parts: GivenParts(contents: [PartName.signature: signature]))
            #expect(parts.map(\.name) == [PartName.signature])
        }
    }

    /// X-Road's own batch time-stamp of two signatures: from the digests that its chain holds come the same tree and top. Only the
    /// order of the namespaces, which its marshaller changed over the years, is ours.
    @Test func chainOfReferenceContainer() throws {
        guard let url = try Vectors.url("asic/valid-batch-ts.asice") else { return }
        func entry(_ name: String) throws -> [UInt8] { try runTool("unzip", ["-p", url.path, name]).output }
        let chain = try entry("ts-hashchain.xml").text
        let values = chain.split(separator: "<DigestValue>").dropFirst().compactMap { $0.split(separator: "<").first }
        let digests = values.compactMap { Base64.decode(String($0)) }
        #expect(digests.first == Self.digest.digest(try entry("META-INF/signatures.xml")))
        let batch = BatchHashChain(.signatureDocuments, inputs: digests.map { [$0] }, algorithm: Self.digest)
        #expect(batch.chain(at: 0).text == chain)
        #expect(batch.result == (try entry("ts-hashchainresult.xml")))
    }

    @Test func schema() throws {
        guard let schema = try Vectors.url("../specs/x-road/xsd/hashchain.xsd") else { return }
        let inputs = (0..<3).map { Self.parts($0, attachments: $0) }
        let batch = BatchHashChain(.messages, inputs: inputs.map(Self.digests), algorithm: Self.digest)
        for document in [batch.result] + inputs.indices.map(batch.chain) {
            let result = try runTool("xmllint", ["--noout", "--nonet", "--schema", schema.path, "-"], input: document)
            #expect(result.status == 0, "\(result.errors)")
        }
    }
}
