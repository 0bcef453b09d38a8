import PKI
import SignedDocuments
import TestSupport
import Testing

/// One signature over many messages.
@Suite struct BatchSignatureTests {
    struct Form: Sendable, CustomTestStringConvertible {
        let kind: TestSigner.Kind
        let digest: DigestAlgorithm
        let count: Int
        var testDescription: String { "\(count) messages, \(kind.rawValue), \(digest.name)" }
    }

    static let forms = TestSigner.Kind.allCases.flatMap { kind in
        [DigestAlgorithm.sha256, .sha512].flatMap { digest in
            [2, 3, 7, 64].map { Form(kind: kind, digest: digest, count: $0) }
        }
    }

    /// Message `number` of a batch and its parts: every third has no attachment, every third two.
    static func message(_ number: Int, _ digest: DigestAlgorithm) -> (digests: MessageDigests, parts: PartDigests) {
        let message = Array("message \(number)".utf8)
        let attachments = (0..<number % 3).map { digest.digest("attachment \(number).\($0)".utf8) }
        var parts = PartDigests(message: message)
        for attachment in attachments { parts.addAttachment(digest, attachment) }
        return (MessageDigests(message: digest.digest(message), attachments: attachments), parts)
    }

    @Test(arguments: forms) func acceptedByTheReferees(_ form: Form) throws {
        let signer = try TestSigner.of(form.kind)
        let messages = (0..<form.count).map { Self.message($0, form.digest) }
        let signatures = try SignatureComposer(key: signer.key, certificate: signer.certificate, digest: form.digest)
            .compose(messages.map(\.digests), signingTime: signingTime, ocspResponse: anyResponse)
        let first = try #require(signatures.first)
        let result = try #require(first.hashChain?.result)
        #expect(try first.isAcceptedByXMLSec(signer.certificate, part: result))
        #expect(try !first.isAcceptedByXMLSec(signer.certificate, part: Array("other".utf8)))
        #expect(signatures.allSatisfy { $0.signature == first.signature && $0.hashChain?.result == result })
        for (index, signature) in signatures.enumerated() {
            let verified = try SignatureVerifier.verify(signature, parts: messages[index].parts)
            #expect(verified.parts.count == messages[index].parts.names.count)
            #expect(verified.ocspResponses == [anyResponse])
            let other = messages[(index + 1) % messages.count].parts
            #expect(throws: SignedDocumentFailure.self) { try SignatureVerifier.verify(signature, parts: other) }
        }
    }

    /// A message that is alone is signed as it always was.
    @Test(arguments: [0, 1, 2]) func oneMessage(attachments: Int) throws {
        let example = try SignedExample(attachments: (0..<attachments).map { "attachment \($0)" })
        let signer = try TestSigner.of(.ec)
        let digests = MessageDigests(
            message: example.digest.digest(example.message), attachments: example.attachments.map { example.digest.digest($0) })
        let signatures = try SignatureComposer(key: signer.key, certificate: signer.certificate, digest: example.digest)
            .compose([digests], signingTime: signingTime, ocspResponse: anyResponse)
        #expect(signatures.count == 1)
        #expect(signatures[0].hashChain == example.data.hashChain)
        #expect((signatures[0].hashChain == nil) == (attachments == 0))
        #expect(try SignatureVerifier.verify(signatures[0], parts: example.parts).parts.count == 1 + attachments)
    }
}
