import PKI
import TestSupport
import Testing
import XRoadModel

/// OCSP responses made by `openssl ocsp`.
@Suite struct OCSPVerificationTests {
    private let tool: OpenSSLAuthority
    private let root: OpenSSLAuthority.Issued
    private let leaf: OpenSSLAuthority.Issued
    private let now = presentInstant()
    private static let policy = OCSPPolicy(freshnessSeconds: 3600)

    init() throws {
        tool = try OpenSSLAuthority()
        root = try tool.issue("/CN=Root", extensions: OpenSSLAuthority.rootExtensions)
        leaf = try tool.issue("/CN=leaf", by: root, extensions: OpenSSLAuthority.signingExtensions)
    }

    private func verify(
        _ der: [UInt8], responders: [Certificate] = [], after seconds: Int64 = 0, policy: OCSPPolicy = policy
    ) throws -> VerifiedOCSP {
        try OCSPVerifier.verify(
            OCSPResponse(der: der), certificate: leaf.certificate, issuer: root.certificate, responders: responders,
            at: presentInstant().adding(seconds: seconds), policy: policy)
    }

    @Test(arguments: [[], ["-resp_key_id"], ["-resp_no_certs"], ["-rmd", "sha512"]])
    func goodByTheAuthority(arguments: [String]) throws {
        let response = try tool.status(of: leaf, by: root, signer: root, index: "V", arguments: arguments)
        let verified = try verify(response)
        #expect(verified.responder == root.certificate)
        #expect(abs(verified.thisUpdate.seconds(since: now)) < 60)
        #expect(verified.nextUpdate == nil)
        #expect(verified.validUntil == verified.thisUpdate.adding(seconds: 3600))
    }

    @Test func goodByADelegate() throws {
        let delegate = try tool.issue("/CN=OCSP", by: root, extensions: OpenSSLAuthority.responderExtensions)
        let response = try tool.status(of: leaf, by: root, signer: delegate, index: "V", arguments: ["-nmin", "10"])
        let verified = try verify(response)
        #expect(verified.responder == delegate.certificate)
        #expect(verified.nextUpdate == verified.thisUpdate.adding(seconds: 600))
        #expect(verified.validUntil == verified.nextUpdate)
        #expect(try verify(response, after: 590).validUntil == verified.validUntil)
        #expect(refusal { try verify(response, after: 660) }?.contains("to be renewed") == true)
        let lenient = OCSPPolicy(freshnessSeconds: 3600, verifyNextUpdate: false)
        #expect(throws: Never.self) { try verify(response, after: 660, policy: lenient) }
        #expect(refusal { try verify(response, after: 3700, policy: lenient) }?.contains("limit 3600 s") == true)
    }

    @Test func whoMaySpeak() throws {
        let plain = try tool.issue("/CN=plain", by: root, extensions: ["extendedKeyUsage=clientAuth"])
        let other = try tool.issue("/CN=Other", extensions: OpenSSLAuthority.rootExtensions)
        let foreign = try tool.issue("/CN=foreign", by: other, extensions: OpenSSLAuthority.responderExtensions)
        let selfSigned = try tool.issue("/CN=self", extensions: OpenSSLAuthority.responderExtensions)
        for signer in [plain, other, foreign, selfSigned] {
            let response = try tool.status(of: leaf, by: root, signer: signer, index: "V")
            #expect(refusal { try verify(response) }?.contains("may not speak for CN=Root") == true)
            #expect(throws: Never.self) { try verify(response, responders: [signer.certificate]) }
        }
        let unknown = try tool.status(of: leaf, by: root, signer: foreign, index: "V", arguments: ["-resp_no_certs"])
        #expect(throws: PKIFailure.ocspResponderNotFound(responder: "CN=foreign")) { try verify(unknown) }
    }

    @Test func impostorWithTheNameOfADelegate() throws {
        let delegate = try tool.issue("/CN=OCSP", by: root, extensions: OpenSSLAuthority.responderExtensions)
        let impostor = try tool.issue("/CN=OCSP", extensions: OpenSSLAuthority.responderExtensions)
        let forged = try tool.status(of: leaf, by: root, signer: impostor, index: "V")
        #expect(throws: PKIFailure.ocspSignatureInvalid(responder: "CN=OCSP")) {
            try verify(forged, responders: [delegate.certificate])
        }
        let genuine = try tool.status(of: leaf, by: root, signer: delegate, index: "V")
        #expect(try verify(genuine, responders: [impostor.certificate]).responder == delegate.certificate)
    }

    @Test func expiredDelegate() throws {
        let delegate = try tool.issue("/CN=OCSP", by: root, extensions: OpenSSLAuthority.responderExtensions, days: 1)
        let response = try tool.status(of: leaf, by: root, signer: delegate, index: "V")
        let patient = OCSPPolicy(freshnessSeconds: 10 * 86_400)
        #expect(throws: Never.self) { try verify(response, after: 3600, policy: patient) }
        #expect(refusal { try verify(response, after: 2 * 86_400, policy: patient) }?.contains("CN=OCSP expired") == true)
    }

    @Test func revokedAndUnknown() throws {
        let revoked = try tool.status(of: leaf, by: root, signer: root, index: "R")
        let since = try #require(Instant(iso8601: "2026-01-01T00:00:00Z"))
        #expect(throws: PKIFailure.revoked(certificate: "CN=leaf", since: since)) { try verify(revoked) }
        let unknown = try tool.status(of: leaf, by: root, signer: root, index: "")
        #expect(throws: PKIFailure.statusUnknown(certificate: "CN=leaf")) { try verify(unknown) }
    }

    @Test func answersToAnotherQuestion() throws {
        let sibling = try tool.issue("/CN=sibling", by: root, extensions: OpenSSLAuthority.signingExtensions)
        let other = try tool.status(of: sibling, by: root, signer: root, index: "V")
        #expect(throws: PKIFailure.ocspNotApplicable(certificate: "CN=leaf")) { try verify(other) }
        let namesake = try tool.issue("/CN=Root", extensions: OpenSSLAuthority.rootExtensions)
        let elsewhere = try tool.status(of: leaf, by: namesake, signer: root, index: "V")
        #expect(throws: PKIFailure.ocspNotApplicable(certificate: "CN=leaf")) { try verify(elsewhere) }
    }

    @Test(arguments: [1, 2, 3, 5, 6] as [UInt8])
    func responderThatDoesNotAnswer(status: UInt8) throws {
        let expected = try #require(OCSPResponseStatus(rawValue: Int(status)))
        #expect(throws: PKIFailure.ocspRefused(expected)) { try OCSPResponse(der: [0x30, 3, 0x0A, 1, status]) }
    }

    @Test func brokenBytes() throws {
        let response = try tool.status(of: leaf, by: root, signer: root, index: "V")
        for length in 0..<response.count {
            #expect(throws: PKIFailure.self) { try OCSPResponse(der: Array(response[..<length])) }
        }
        #expect(throws: PKIFailure.self) { try OCSPResponse(der: response + [0]) }
        #expect(throws: PKIFailure.self) { try OCSPResponse(der: [0x30, 3, 0x0A, 1, 4]) }
        #expect(throws: PKIFailure.self) { try OCSPResponse(der: [0x30, 3, 0x0A, 1, 0]) }
        let huge = [UInt8](repeating: 0x30, count: 10_000_000)
        #expect(throws: PKIFailure.tooLarge(.ocspResponse, bytes: 10_000_000, limit: 65_536)) { try OCSPResponse(der: huge) }
    }

    /// A changed byte is noticed, or lies outside what is signed and changes nothing: other certificates, unused parameters.
    @Test func changedBytes() throws {
        let response = try tool.status(of: leaf, by: root, signer: root, index: "V")
        let original = try verify(response)
        for index in response.indices {
            var changed = response
            changed[index] ^= 0x10
            let verified = try? verify(changed)
            #expect(verified == nil || verified == original, "byte \(index)")
        }
    }

    @Test func moreThanAnAnswerNeeds() throws {
        let others = try (0..<8).map { try tool.issue("/CN=\($0)", extensions: OpenSSLAuthority.rootExtensions).certificate.pem }
        let bundle = try tool.write("others.pem", Array(others.joined().utf8))
        let crowded = try tool.status(of: leaf, by: root, signer: root, index: "V", arguments: ["-rother", bundle.path])
        #expect(throws: PKIFailure.malformed(.ocspResponse, reason: "9 certificates")) { try OCSPResponse(der: crowded) }

        let request = tool.file("many").path
        let question = ["-issuer", root.certificateFile.path] + (0..<65).flatMap { _ in ["-cert", leaf.certificateFile.path] }
        try tool.openssl(["ocsp", "-reqout", request, "-no_nonce"] + question)
        let long = try tool.status(of: leaf, by: root, signer: root, index: "V", arguments: ["-reqin", request])
        #expect(throws: PKIFailure.malformed(.ocspResponse, reason: "65 single responses")) { try OCSPResponse(der: long) }
    }

    @Test func weakResponder() throws {
        let delegate = try tool.issue("/CN=OCSP", by: root, extensions: OpenSSLAuthority.responderExtensions, key: "rsa:1024")
        let response = try tool.status(of: leaf, by: root, signer: delegate, index: "V", arguments: ["-rmd", "sha1"])
        #expect(refusal { try verify(response) }?.contains("algorithm that is not accepted") == true)
        let historical = OCSPPolicy(freshnessSeconds: 3600, algorithms: .historical)
        #expect(throws: Never.self) { try verify(response, policy: historical) }
        let strong = try tool.status(of: leaf, by: root, signer: delegate, index: "V")
        #expect(refusal { try verify(strong) }?.contains("1024 bits") == true)
    }

    private func refusal(_ body: () throws -> VerifiedOCSP) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
