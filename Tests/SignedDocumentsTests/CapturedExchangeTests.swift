import PKI
import SignedDocuments
import TestSupport
import Testing

/// Signatures as two X-Road 7.3.2 servers exchanged them.
@Suite struct CapturedExchangeTests {
    static let names = (1...5).flatMap { ["conn\($0)-request", "conn\($0)-response"] }.filter { $0 != "conn5-response" }

    @Test(arguments: names) func verified(_ name: String) throws {
        guard let captured = try CapturedMessage(name) else { return }
        let verified = try SignatureVerifier.verify(captured.data, parts: captured.parts)
        #expect(verified.parts.count == 1 + captured.attachments.count)
        #expect(verified.parts.allSatisfy { $0.isPresent && $0.isInHashChain == !captured.attachments.isEmpty })
        #expect(verified.algorithm == .rsaSHA512)
        #expect(verified.ocspResponses.count == 1)
    }

    @Test(arguments: names) func alteredPart(_ name: String) throws {
        guard let captured = try CapturedMessage(name) else { return }
        var altered = captured
        altered.message[altered.message.count / 2] ^= 1
        let expected = captured.attachments.isEmpty ? "invalid_signature_value" : "invalid_hash_chain"
        #expect(outcome { _ = try SignatureVerifier.verify(altered.data, parts: altered.parts) } == expected)
        guard !captured.attachments.isEmpty else { return }
        altered = captured
        altered.attachments[0].append(0)
        #expect(outcome { _ = try SignatureVerifier.verify(altered.data, parts: altered.parts) } == "invalid_hash_chain")
        altered.attachments.removeAll()
        #expect(outcome { _ = try SignatureVerifier.verify(altered.data, parts: altered.parts) } == "invalid_reference")
        altered.attachments = captured.attachments + [[1]]
        #expect(outcome { _ = try SignatureVerifier.verify(altered.data, parts: altered.parts) } == "hashchain_unused_inputs")
    }

    /// A flipped bit anywhere in the signature document never passes for another valid one, unless it hits what nothing relies on:
    /// white space, the OCSP response (judged elsewhere) or the namespace declaration that nothing uses.
    @Test func flippedBits() throws {
        guard let captured = try CapturedMessage("conn3-request") else { return }
        let original = try SignatureVerifier.verify(captured.data, parts: captured.parts)
        for position in stride(from: 0, to: captured.signature.count, by: 7) {
            var altered = captured
            altered.signature[position] ^= 1 << UInt8(position % 7)
            guard let verified = try? SignatureVerifier.verify(altered.data, parts: altered.parts) else { continue }
            #expect(verified.certificate == original.certificate)
            #expect(verified.parts == original.parts)
            #expect(verified.signingTime == original.signingTime)
        }
    }
}
