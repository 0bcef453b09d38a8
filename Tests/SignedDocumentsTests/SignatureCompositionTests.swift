import PKI
import SignedDocuments
import TestSupport
import Testing

/// What is composed must satisfy referees that share no code with it.
@Suite struct SignatureCompositionTests {
    struct Form: Sendable, CustomTestStringConvertible {
        let kind: TestSigner.Kind
        let digest: DigestAlgorithm
        let attachments: [String]
        var testDescription: String { "\(kind.rawValue) \(digest.name) \(attachments.count) attachments" }
    }

    static let forms = TestSigner.Kind.allCases.flatMap { kind in
        [DigestAlgorithm.sha256, .sha512].flatMap { digest in
            [[], [#"{"a":1}"#], ["one", "two"]].map { Form(kind: kind, digest: digest, attachments: $0) }
        }
    }

    @Test(arguments: forms) func acceptedByTheReferees(_ form: Form) throws {
        let example = try SignedExample(form.kind, digest: form.digest, attachments: form.attachments)
        let certificate = try TestSigner.of(form.kind).certificate
        #expect(try example.data.isAcceptedByXMLSec(certificate, part: example.data.hashChain?.result ?? example.message))
        #expect(try !example.data.isAcceptedByXMLSec(certificate, part: Array("other".utf8)))
        let verified = try SignatureVerifier.verify(example.data, parts: example.parts)
        #expect(verified.signingTime == signingTime)
        #expect(verified.parts.count == 1 + form.attachments.count)
        #expect(verified.ocspResponses == [anyResponse])
    }

    /// X-Road's live verifier validates the signature element against its XAdES schema.
    @Test(arguments: forms) func validAgainstTheSchema(_ form: Form) throws {
        guard let schema = try Vectors.url("../specs/x-road/xsd/xades-schema.xsd") else { return }
        let example = try SignedExample(form.kind, digest: form.digest, attachments: form.attachments)
        let text = example.data.signature.text
        let start = try #require(text.range(of: "<ds:Signature ")?.lowerBound)
        let end = try #require(text.range(of: "</ds:Signature>")?.upperBound)
        let element = text[start..<end].replacing(
            "<ds:Signature ",
            with:
                #"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" "#,
            maxReplacements: 1)
        let result = try runTool("xmllint", ["--noout", "--nonet", "--schema", schema.path, "-"], input: Array(element.utf8))
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func certificateOfAnotherKeyIsRefused() throws {
        let rsa = try TestSigner.of(.rsa)
        let ec = try TestSigner.of(.ec)
        #expect(throws: SignedDocumentFailure.self) { try SignatureComposer(key: rsa.key, certificate: ec.certificate) }
        #expect(throws: SignedDocumentFailure.self) {
            try SignatureComposer(key: rsa.key, certificate: rsa.certificate, digest: .sha1)
        }
    }
}
