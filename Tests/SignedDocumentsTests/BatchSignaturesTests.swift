import PKI
import TestSupport
import Testing

@testable import SignedDocuments

/// What may be remembered of a batch's signature, and what must be judged for each message nevertheless.
@Suite struct BatchSignaturesTests {
    let messages = (0..<4).map { BatchSignatureTests.message($0, .sha512) }
    let signatures: [SignatureData]
    let chains: [HashChainDocuments]
    let batches = BatchSignatures()

    init() throws {
        let signer = try TestSigner.of(.ec)
        signatures = try SignatureComposer(key: signer.key, certificate: signer.certificate)
            .compose(messages.map(\.digests), signingTime: signingTime, ocspResponse: anyResponse)
        chains = signatures.compactMap(\.hashChain)
    }

    private func isRemembered(_ document: [UInt8]) async throws -> Bool {
        let key = try #require(batches.key(of: document))
        if await batches.claim(key) != nil { return true }
        batches.settle(key, nil)
        return false
    }

    private func verify(_ signature: SignatureData, _ number: Int) async -> String {
        do throws(SignedDocumentFailure) {
            _ = try await SignatureVerifier.verify(signature, parts: messages[number].parts, batches: batches)
            return "valid"
        } catch { return error.code }
    }

    /// The batch's document with another hash chain.
    private func with(_ chain: [UInt8], _ result: [UInt8]? = nil) -> SignatureData {
        SignatureData(
            signature: signatures[0].signature, hashChain: HashChainDocuments(result: result ?? chains[0].result, chain: chain))
    }

    @Test func everyMessageIsJudged() async throws {
        #expect(try await !isRemembered(signatures[0].signature))
        for (number, signature) in signatures.enumerated() {
            let verified = try await SignatureVerifier.verify(
                signature, parts: messages[number].parts, batches: batches)
            #expect(try await isRemembered(signature.signature))
            let anew = try SignatureVerifier.verify(signature, parts: messages[number].parts)
            #expect(verified.parts == anew.parts)
            #expect(verified.certificate == anew.certificate)
            #expect(verified.ocspResponses == anew.ocspResponses)
            #expect(verified.signingTime == anew.signingTime)
            #expect(await verify(signature, (number + 1) % 4) != "valid")
        }
    }

    /// Chain and result must be this message's own; nothing of another one helps.
    @Test(arguments: [false, true]) func otherChains(isRemembered: Bool) async throws {
        if isRemembered { #expect(await verify(signatures[0], 0) == "valid") }
        let sibling = Base64.encode(DigestAlgorithm.sha512.digest("message 0".utf8))
        let alone = BatchHashChain(.messages, inputs: [messages[1].digests.parts], algorithm: .sha512).documents(at: 0)
        #expect(await verify(with(chains[2].chain), 1) == "invalid_hash_chain")
        #expect(await verify(with(chains[0].chain), 1) == "hashchain_unused_inputs")
        #expect(await verify(with(chains[0].chain), 3) == "invalid_hash_chain")
        let changed = chains[1].chain.replacing(sibling, with: Base64.encode(DigestAlgorithm.sha512.digest([])))
        #expect(changed != chains[1].chain)
        #expect(await verify(with(changed), 1) == "invalid_hash_chain")
        #expect(await verify(with(alone.chain), 1) == "invalid_hash_chain")
        #expect(await verify(with(alone.chain, alone.result), 1) == "invalid_signature_value")
        #expect(await verify(SignatureData(signature: signatures[1].signature), 1) == "invalid_reference")
        #expect(await verify(with(chains[1].chain), 1) == "valid")
    }

    /// A document with another byte is another one, whether the byte is signed or not.
    @Test func otherDocuments() async throws {
        #expect(await verify(signatures[0], 0) == "valid")
        let response = Base64.encode(anyResponse)
        let status = SignatureData(
            signature: signatures[1].signature.replacing(response, with: Base64.encode([0x30, 0x00])), hashChain: chains[1])
        let verified = try await SignatureVerifier.verify(status, parts: messages[1].parts, batches: batches)
        #expect(verified.ocspResponses == [[0x30, 0x00]])
        let time = SignatureData(
            signature: signatures[1].signature.replacing(signingTime.description, with: "2030-01-01T00:00:00.000Z"),
            hashChain: chains[1])
        #expect(await verify(time, 1) == "invalid_signature_value")
        #expect(try await !isRemembered(time.signature))
        #expect(await verify(time, 1) == "invalid_signature_value")
    }

    /// Only what is right, and only what comes again: a message that is alone brings a document of its own.
    @Test func notRemembered() async throws {
        for attachments in [[], ["body"]] {
            let example = try SignedExample(attachments: attachments)
            _ = try await SignatureVerifier.verify(example.data, parts: example.parts, batches: batches)
            #expect(try await !isRemembered(example.data.signature))
        }
        #expect(await verify(with(chains[2].chain), 1) == "invalid_hash_chain")
        #expect(try await !isRemembered(signatures[0].signature))
    }

    @Test func boundedInNumberAndSize() async throws {
        let batches = BatchSignatures(capacity: 2)
        let proven = try ProvenSignature.prove(SignatureDocument(parsing: signatures[0].signature))
        for number in 0..<5 { batches.settle([UInt8(number)], proven) }
        var known = 0
        for number in 0..<5 where await batches.claim([UInt8(number)]) != nil { known += 1 }
        #expect((2...4).contains(known))
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: 64 << 10)
        #expect(batches.key(of: signatures[0].signature + padding) == nil)
    }

    /// Many messages of a batch at the same time: every one is judged, and whatever fails holds up nobody.
    @Test func atTheSameTime() async throws {
        let bad = SignatureData(
            signature: signatures[1].signature.replacing(signingTime.description, with: "2026-01-01T00:00:00.000Z"),
            hashChain: chains[1])
        let outcomes = await withTaskGroup(of: (String, String).self) { group in
            for number in 0..<400 {
                group.addTask {
                    switch number % 3 {
                    case 0: ("valid", await verify(signatures[number % 4], number % 4))
                    case 1: ("invalid_signature_value", await verify(bad, 1))
                    default: ("invalid_hash_chain", await verify(with(chains[0].chain), 3))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 400)
        #expect(outcomes.allSatisfy { $0.0 == $0.1 })
        #expect(try await isRemembered(signatures[0].signature))
        #expect(try await !isRemembered(bad.signature))
    }
}
