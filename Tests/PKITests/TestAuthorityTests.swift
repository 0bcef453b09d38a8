import Foundation
import PKI
import TestAuthority
import TestSupport
import Testing
import XRoadModel

@Suite struct TestAuthorityTests {
    private let folder: TemporaryFolder
    private let now = Instant(secondsSince1970: presentInstant().secondsSince1970)

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.url.appendingPathComponent("authority").path }

    private func request(_ name: String, _ kind: PrivateKey.Kind = .p256) throws -> CertificateRequest {
        let member = MemberIdentifier(instance: "DEV", memberClass: "COM", memberCode: name)
        let subject = try MemberNaming.fiVRK.signingSubject(of: member, name: "Org \(name)", serverCode: "ss1", country: "FI")
        return try CertificateRequest.create(key: .generate(kind), subject: subject)
    }

    private func status(of certificate: Certificate, by authority: TestAuthority) throws -> VerifiedOCSP {
        let question = try OCSPRequest.encode(certificate: certificate, issuer: authority.certificate)
        let response = try OCSPResponse(der: authority.answer(ocspRequest: question, now: now))
        return try OCSPVerifier.verify(
            response, certificate: certificate, issuer: authority.certificate, at: now, policy: OCSPPolicy(freshnessSeconds: 3600)
        )
    }

    @Test(arguments: [PrivateKey.Kind.rsa(bits: 2048), .p256])
    func issuesBothKinds(kind: PrivateKey.Kind) throws {
        let authority = try TestAuthority.create(
            folder: path, instance: "DEV", keyKind: kind, ocspURL: "http://127.0.0.1:8888/", now: now)
        #expect(authority.certificate.subject.rfc2253.contains("TEST ONLY"))
        let verifier = ChainVerifier(anchors: [authority.certificate])
        let sign = try authority.issueSigning(request("1234", kind), now: now, validitySeconds: 3600)
        let chain = try verifier.chain(from: sign, for: .signing, at: now)
        #expect(chain.issuer == authority.certificate && chain.validUntil == now.adding(seconds: 3600))
        #expect(try MemberNaming.fiVRK.member(of: sign.subject, instance: "DEV").description == "DEV/COM/1234")
        #expect(sign.ocspURLs == ["http://127.0.0.1:8888/"])
        let authentication = try authority.issueAuthentication(request("ss1.example"), now: now)
        #expect(throws: Never.self) { try verifier.chain(from: authentication, for: .authentication, at: now) }
        #expect(throws: PKIFailure.self) { try verifier.chain(from: authentication, for: .signing, at: now) }
        #expect(try status(of: sign, by: authority).nextUpdate == now.adding(seconds: 600))
        #expect(try status(of: authentication, by: authority).responder == authority.responderCertificate)
    }

    @Test func revocationReachesARunningResponder() throws {
        let running = try TestAuthority.create(folder: path, keyKind: .p256, now: now)
        let certificate = try running.issueSigning(request("1"), now: now)
        let other = try running.issueSigning(request("2"), now: now)
        #expect(throws: Never.self) { try status(of: certificate, by: running) }
        let console = try TestAuthority.open(folder: path)
        try console.revoke(serialNumber: certificate.serialNumber, since: now)
        #expect(throws: PKIFailure.revoked(certificate: certificate.subject.rfc2253, since: now)) {
            try status(of: certificate, by: running)
        }
        try console.revoke(serialNumber: certificate.serialNumber, since: now.adding(seconds: 60))
        #expect(throws: PKIFailure.revoked(certificate: certificate.subject.rfc2253, since: now)) {
            try status(of: certificate, by: console)
        }
        #expect(throws: Never.self) { try status(of: other, by: running) }
        #expect(throws: TestAuthorityFailure.unknownSerialNumber("17")) { try console.revoke(serialNumber: "17", since: now) }
    }

    @Test func responderCertificateIsUnknownToItself() throws {
        let authority = try TestAuthority.create(folder: path, keyKind: .p256, now: now)
        #expect(throws: PKIFailure.statusUnknown(certificate: authority.responderCertificate.subject.rfc2253)) {
            try status(of: authority.responderCertificate, by: authority)
        }
        #expect(throws: PKIFailure.ocspRefused(.malformedRequest)) {
            try OCSPResponse(der: authority.answer(ocspRequest: [1, 2, 3], now: now))
        }
    }

    /// Under a policy that is nobody's, and unlike any other by its serial number.
    @Test func timestamps() throws {
        let authority = try TestAuthority.create(folder: path, keyKind: .p256, now: now)
        #expect(authority.timestampCertificate.subject.rfc2253.contains("TEST ONLY"))
        #expect(authority.timestampCertificate.isIssued(by: authority.certificate))
        let data = Array("stamp me".utf8)
        var serialNumbers: Set<String> = []
        for value in [authority, try TestAuthority.open(folder: path)] {
            let request = try TimestampRequest(stamping: data)
            let token = try TimestampResponse(der: value.answer(timestampRequest: request.der, now: now)).granted()
            let verified = try TimestampVerifier.verify(
                token, of: data, nonce: request.nonce, signedAt: now, approved: [authority.timestampCertificate], at: now)
            #expect(verified.token.generatedAt == now && verified.token.policy == "2.999.1")
            serialNumbers.insert(token.serialNumber)
        }
        #expect(serialNumbers.count == 2)
    }

    @Test func folderIsOnlyOurs() throws {
        _ = try TestAuthority.create(folder: path, keyKind: .p256, now: now)
        #expect(throws: TestAuthorityFailure.exists(folder: path)) {
            try TestAuthority.create(folder: path, keyKind: .p256, now: now)
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        for key in ["authority.key", "responder.key", "timestamp.key"] {
            let text = try String(contentsOfFile: path + "/" + key, encoding: .utf8)
            #expect(text.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path + "/authority.key")
        #expect(throws: TestAuthorityFailure.self) { try TestAuthority.open(folder: path) }
    }

    @Test func damagedIndexIsNamedAndNotAnswered() throws {
        let authority = try TestAuthority.create(folder: path, keyKind: .p256, now: now)
        let certificate = try authority.issueSigning(request("1"), now: now)
        let index = path + "/index.tsv"
        let text = try String(contentsOfFile: index, encoding: .utf8)
        for damaged in [text.replacing("\tV\t", with: "\tX\t"), text.replacing("\tV\t", with: "\tR\t"), "1\tV\n"] {
            try damaged.write(toFile: index, atomically: false, encoding: .utf8)
            #expect(throws: TestAuthorityFailure.damagedIndex(line: 1)) { try TestAuthority.open(folder: path) }
            #expect(throws: PKIFailure.ocspRefused(.internalError)) { try status(of: certificate, by: authority) }
        }
    }

    @Test func issuesFromSeveralValuesAtOnce() async throws {
        let authority = try TestAuthority.create(folder: path, keyKind: .p256, now: now)
        let other = try TestAuthority.open(folder: path)
        let certificates = try await withThrowingTaskGroup(of: Certificate.self) { group in
            for number in 0..<8 {
                let request = try request("\(number)")
                let value = number.isMultiple(of: 2) ? authority : other
                group.addTask { try value.issueSigning(request, now: now) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(certificates.map(\.serialNumber)).count == 8)
        for certificate in certificates { #expect(throws: Never.self) { try status(of: certificate, by: authority) } }
    }
}
