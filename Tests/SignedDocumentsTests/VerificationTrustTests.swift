import PKI
import SignedDocuments
import TestSupport
import Testing
import XRoadModel

@Suite struct VerificationTrustTests {
    static let consumer = MemberIdentifier(instance: "EE", memberClass: "BUSINESS", memberCode: "consumer")

    @Test(arguments: CapturedExchangeTests.names) func capturedExchanges(_ name: String) throws {
        guard let captured = try CapturedMessage(name), let trust = try TestTrust.read(TestTrust.capturedConfiguration) else {
            return
        }
        let verified = try SignatureVerifier.verify(captured.data, parts: captured.parts)
        let sender = try #require(TestTrust.sender(captured.message))
        let trusted = try trust.trust(verified, of: sender, at: verified.signingTime)
        #expect(trusted.signer == sender)
        #expect(trusted.chain.certificates.count == 2)
        #expect(trusted.validUntil == trusted.status.thisUpdate.adding(seconds: 3600))
        #expect(trusted.status.responder.subject.rfc2253 == "CN=Test OCSP,O=Test")

        let other = MemberIdentifier(instance: sender.instance, memberClass: sender.memberClass, memberCode: "other")
        #expect(outcome { _ = try trust.trust(verified, of: other, at: verified.signingTime) } == "incorrect_certificate")
        let early = verified.signingTime.adding(seconds: -61)
        #expect(outcome { _ = try trust.trust(verified, of: sender, at: early) } == "malformed_signature")
        let stale = verified.signingTime.adding(seconds: 3700)
        #expect(outcome { _ = try trust.trust(verified, of: sender, at: stale) } == "invalid_cert_path.cert_validation")
        let expired = verified.certificate.notAfter.adding(seconds: 1)
        #expect(outcome { _ = try trust.trust(verified, of: sender, at: expired) } == "cannot_create_cert_path")
        let nobody = TestTrust.trust([], [])
        #expect(outcome { _ = try nobody.trust(verified, of: sender, at: verified.signingTime) } == "cannot_create_cert_path")
    }

    /// Made in 2015 with SHA-1 certificates and an OCSP response that is dated a day ahead.
    @Test func signatureOverAHashChain() throws {
        guard let data = try signature("batch-sig", "hash-chain-result", "hash-chain-1"), let message = try vector("message-1"),
            let trust = try TestTrust.read("globalconf/globalconf_good_v2/EE/shared-params.xml", .historical)
        else { return }
        var parts = PartDigests(message: message)
        parts.addAttachment(.sha512, DigestAlgorithm.sha512.digest("blaah".utf8))
        let verified = try SignatureVerifier.verify(data, parts: parts)
        let instant = try #require(Instant(iso8601: "2015-06-04T10:23:31Z"))
        #expect(outcome { _ = try trust.trust(verified, of: Self.consumer, at: instant) } == "valid")
        #expect(
            outcome { _ = try trust.trust(verified, of: Self.consumer, at: verified.signingTime) }
                == "invalid_cert_path.cert_validation")
        let strict = try #require(try TestTrust.read("globalconf/globalconf_good_v2/EE/shared-params.xml"))
        #expect(outcome { _ = try strict.trust(verified, of: Self.consumer, at: instant) } == "cannot_create_cert_path")
    }

    @Test func signatureWithSeveralReferences() throws {
        guard let signature = try Vectors.bytes("xades-signatures/non-batch-sig/signatures.xml"),
            let message = try Vectors.bytes("xades-signatures/non-batch-sig/message.xml"),
            let attachment = try Vectors.bytes("xades-signatures/non-batch-sig/attachment1"),
            let trust = try TestTrust.read(TestTrust.configuration)
        else { return }
        var parts = PartDigests(message: message)
        parts.addAttachment(.sha512, DigestAlgorithm.sha512.digest(attachment))
        let data = SignatureData(signature: signature)
        let verified = try SignatureVerifier.verify(data, parts: parts)
        let signer = MemberIdentifier(instance: "DEV", memberClass: "COM", memberCode: "4321")
        #expect(outcome { _ = try trust.trust(verified, of: signer, at: verified.signingTime) } == "valid")

        var altered = PartDigests(message: message)
        altered.addAttachment(.sha512, DigestAlgorithm.sha512.digest([1]))
        #expect(outcome { _ = try SignatureVerifier.verify(data, parts: altered) } == "invalid_signature_value")
        #expect(outcome { _ = try SignatureVerifier.verify(data, parts: PartDigests(message: message)) } == "invalid_reference")
        altered = parts
        altered.addAttachment(.sha512, DigestAlgorithm.sha512.digest([1]))
        #expect(outcome { _ = try SignatureVerifier.verify(data, parts: altered) } == "malformed_signature")
    }

    static let broken = [
        ("empty", "invalid_xml"), ("sign-0-malformed-xml", "invalid_xml"), ("sign-0-no-signature", "malformed_signature"),
        ("sign-0-no-objectcontainer", "malformed_signature"), ("sign-0-schema-fail", "malformed_signature"),
        ("sign-0-no-signing-cert", "malformed_signature"), ("sign-0-ocsp-no-responses", "malformed_signature"),
        ("extra-certs-missing-id", "malformed_signature"), ("extra-certs-missing-cert", "malformed_signature"),
        ("extra-certs-digest-invalid", "malformed_signature"), ("sign-0-invalid-signature-value", "invalid_signature_value"),
    ]

    @Test(arguments: broken) func brokenSignatures(_ name: String, _ expected: String) throws {
        guard let signature = try vector(name) else { return }
        let parts = PartDigests(message: [1])
        #expect(outcome { _ = try SignatureVerifier.verify(SignatureData(signature: signature), parts: parts) } == expected)
    }

    private func vector(_ name: String) throws -> [UInt8]? { try Vectors.bytes("xades-signatures/\(name).xml") }

    private func signature(_ name: String, _ result: String, _ chain: String) throws -> SignatureData? {
        guard let signature = try vector(name), let result = try vector(result), let chain = try vector(chain) else { return nil }
        return SignatureData(signature: signature, hashChain: HashChainDocuments(result: result, chain: chain))
    }
}
