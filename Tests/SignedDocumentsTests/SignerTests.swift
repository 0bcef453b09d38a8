import PKI
import SignedDocuments
import TestSupport
import Testing
import XRoadModel

/// Signers against an authority of our own.
@Suite struct SignerTests {
    let instance: TestInstance
    let key: PrivateKey
    let certificate: Certificate
    let message = Array("GET\n/r1/AL/GOV/1/S/rest\nX-Road-Client:AL/GOV/1234/S\n".utf8)

    init() throws {
        instance = try TestInstance()
        key = try PrivateKey.generate(.p256)
        certificate = try instance.certificate(for: key)
    }

    private func signed(
        _ certificate: Certificate? = nil, status: [UInt8]? = nil, attachments: [[UInt8]] = []
    ) throws -> SignatureData {
        let certificate = certificate ?? self.certificate
        let composer = try SignatureComposer(key: key, certificate: certificate)
        return try composer.compose(
            message: composer.digest.digest(message), attachments: attachments.map(composer.digest.digest),
            signingTime: signingTime, ocspResponse: status ?? instance.status(of: certificate))
    }

    private func trusted(
        _ data: SignatureData, _ trust: VerificationTrust? = nil, member: MemberIdentifier? = nil,
        at instant: Instant = signingTime
    ) -> String {
        outcome {
            let verified = try SignatureVerifier.verify(data, parts: PartDigests(message: message))
            let trust = trust ?? instance.trust()
            let result = try trust.trust(verified, of: member ?? instance.member, at: instant)
            #expect(result.signer == instance.member)
        }
    }

    @Test func accepted() throws {
        #expect(trusted(try signed()) == "valid")
        #expect(trusted(try signed(), at: signingTime.adding(seconds: 3599)) == "valid")
        #expect(trusted(try signed(), at: signingTime.adding(seconds: -60)) == "valid")
    }

    @Test func anotherMember() throws {
        let other = MemberIdentifier(instance: "AL", memberClass: "COM", memberCode: "1234")
        #expect(trusted(try signed(), member: other) == "incorrect_certificate")
    }

    @Test func authenticationCertificate() throws {
        let certificate = try instance.certificate(for: key, .authentication)
        #expect(trusted(try signed(certificate)) == "malformed_signature")
    }

    @Test func statuses() throws {
        let failed = "invalid_cert_path.cert_validation"
        #expect(trusted(try signed(status: instance.status(of: certificate, .revoked(since: signingTime)))) == failed)
        #expect(trusted(try signed(status: instance.status(of: certificate, .unknown))) == failed)
        #expect(trusted(try signed(status: instance.status(of: instance.certificate(for: key)))) == failed)
        #expect(trusted(try signed(status: OCSPResponder.refusal(.tryLater))) == failed)
        #expect(trusted(try signed(status: [0x30])) == failed)
        #expect(trusted(try signed(status: instance.status(of: certificate, at: signingTime.adding(seconds: -3601)))) == failed)
        #expect(trusted(try signed(status: instance.status(of: certificate, at: signingTime.adding(seconds: 61)))) == failed)
    }

    @Test func instants() throws {
        #expect(trusted(try signed(), at: signingTime.adding(seconds: 3601)) == "invalid_cert_path.cert_validation")
        #expect(trusted(try signed(), at: TestInstance.notAfter.adding(seconds: 1)) == "cannot_create_cert_path")
        #expect(trusted(try signed(), at: signingTime.adding(seconds: -61)) == "malformed_signature")
    }

    @Test func anotherInstance() throws {
        #expect(trusted(try signed(), try TestInstance().trust()) == "cannot_create_cert_path")
    }

    /// Below an intermediate authority, that authority's status is needed too; it comes as a second response.
    @Test func intermediateAuthority() throws {
        let data = try signed()
        #expect(trusted(data, instance.trust(throughRoot: true)) == "invalid_cert_path.cert_validation")
        let second = Base64.encode(try instance.statusOfIntermediate())
        let complete = data.signature.replacing(
            "</xades:EncapsulatedOCSPValue>",
            with: "</xades:EncapsulatedOCSPValue><xades:EncapsulatedOCSPValue Id=\"ocsp-response-2\">\(second)"
                + "</xades:EncapsulatedOCSPValue>")
        #expect(trusted(SignatureData(signature: complete), instance.trust(throughRoot: true)) == "valid")
    }

    /// The signer may send the intermediate certificate along (X-Road's CompleteCertificateRefs).
    @Test func certificatesThatCameAlong() throws {
        let authority = instance.intermediate.certificate
        let extra =
            "<xades:CompleteCertificateRefs><xades:CertRefs><xades:Cert URI=\"#encapsulated-cert-1\"><xades:CertDigest>"
            + "<ds:DigestMethod Algorithm=\"\(DigestAlgorithm.sha512.uri)\"></ds:DigestMethod><ds:DigestValue>"
            + "\(Base64.encode(authority.digest(.sha512)))</ds:DigestValue></xades:CertDigest></xades:Cert></xades:CertRefs>"
            + "</xades:CompleteCertificateRefs><xades:CertificateValues><xades:EncapsulatedX509Certificate Id=\"encapsulated-cert-1\">"
            + "\(Base64.encode(authority.der))</xades:EncapsulatedX509Certificate></xades:CertificateValues>"
        let signature = try signed().signature.replacing("<xades:RevocationValues>", with: extra + "<xades:RevocationValues>")
        let parts = PartDigests(message: message)
        let verified = try SignatureVerifier.verify(SignatureData(signature: signature), parts: parts)
        #expect(verified.extraCertificates == [authority])
        let altered = signature.replacing(Base64.encode(authority.der), with: Base64.encode(certificate.der))
        #expect(
            outcome { _ = try SignatureVerifier.verify(SignatureData(signature: altered), parts: parts) } == "malformed_signature"
        )
    }

    @Test func containerOfOurOwn() throws {
        let body = Array(#"{"a":1}"#.utf8)
        let data = try signed(attachments: [body])
        let complete = SignedContainer(message: message, attachments: [1: body], signature: data)
        let verifier = ContainerVerifier(RecordVerifier(trust: RecordTrust(instance.trust()), sender: TestTrust.sender))
        let report = verifier.verify(try complete.encode(recorded: signingTime))
        #expect(report.indication == .totalPassed, "\(report.text)")
        #expect(report.parts.map(\.coverage) == [.signedThroughHashChain, .signedThroughHashChain])
        #expect(report.findings.map(\.code) == ["note"])

        let without = verifier.verify(try SignedContainer(message: message, signature: data).encode(recorded: signingTime))
        #expect(without.parts.map(\.coverage) == [.signedThroughHashChain, .absent])
        let added = SignedContainer(message: message, attachments: [1: body, 2: body], signature: data)
        let failed = verifier.verify(try added.encode(recorded: signingTime))
        #expect(failed.subIndication == .formatFailure)
        let stranger = ContainerVerifier(RecordVerifier(trust: RecordTrust(try TestInstance().trust()), sender: TestTrust.sender))
        #expect(stranger.verify(try complete.encode(recorded: signingTime)).subIndication == .noCertificateChain)
        let silent = ContainerVerifier(RecordVerifier(trust: RecordTrust(instance.trust()), sender: { _ in nil }))
        #expect(silent.verify(try complete.encode(recorded: signingTime)).subIndication == .signatureConstraints)
    }
}
