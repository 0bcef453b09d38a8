import Foundation
import PKI
import TestSupport
import Testing
import XRoadModel

/// Our responder against the `openssl` client, and answers that a hostile or broken responder would give.
@Suite struct OCSPResponderTests {
    /// The clock of these tests: `openssl ocsp` compares with the machine's.
    private static let now = Instant(secondsSince1970: presentInstant().secondsSince1970)
    private static let policy = OCSPPolicy(freshnessSeconds: 3600)

    private let root: CertificateIssuer
    private let leaf: Certificate
    private let delegate: Certificate
    private let delegateKey: PrivateKey

    init() throws {
        root = try CertificateIssuer.selfSigned(Self.template("Root", .authority(pathLength: 0)), key: .generate(.p256))
        leaf = try root.issue(Self.template("leaf", .signing), for: PrivateKey.generate(.p256).publicKey)
        delegateKey = try PrivateKey.generate(.p256)
        delegate = try root.issue(Self.template("OCSP", .ocspResponder), for: delegateKey.publicKey)
    }

    private static func template(_ name: String, _ profile: CertificateProfile) throws -> CertificateTemplate {
        CertificateTemplate(
            subject: try DistinguishedName([("CN", name)]), profile: profile, notBefore: now.adding(seconds: -86_400),
            notAfter: now.adding(seconds: 86_400))
    }

    private func answer(
        _ request: [UInt8], status: OCSPResponder.Status = .good, thisUpdate: Int64 = 0, nextUpdate: Int64? = 600
    ) -> [UInt8] {
        let times = OCSPResponder.Times(
            producedAt: Self.now, thisUpdate: Self.now.adding(seconds: thisUpdate),
            nextUpdate: nextUpdate.map { Self.now.adding(seconds: $0) })
        return OCSPResponder(authority: root.certificate, certificate: delegate, key: delegateKey)
            .answer(request, times: times) { $0 == leaf.serialNumber ? status : .unknown }
    }

    private func verdict(_ response: [UInt8], policy: OCSPPolicy = policy) -> String {
        do {
            let verified = try OCSPVerifier.verify(
                OCSPResponse(der: response), certificate: leaf, issuer: root.certificate, at: Self.now, policy: policy)
            return "good until \(verified.validUntil.seconds(since: Self.now))"
        } catch {
            return String(describing: error).components(separatedBy: " ").filter { !$0.contains("T") }.joined(separator: " ")
        }
    }

    struct Case: Sendable {
        var status = OCSPResponder.Status.good
        var thisUpdate: Int64 = 0
        var nextUpdate: Int64? = 600
        var verifyNextUpdate = true
        let contains: String
    }

    @Test(arguments: [
        Case(contains: "good until 600"), Case(nextUpdate: nil, contains: "good until 3600"),
        Case(nextUpdate: 7200, contains: "good until 3600"), Case(verifyNextUpdate: false, contains: "good until 3600"),
        Case(thisUpdate: -3600, contains: "good until 0"), Case(thisUpdate: -3601, contains: "3601 s old, limit 3600 s"),
        Case(thisUpdate: 60, contains: "good until 600"), Case(thisUpdate: 61, contains: "after"),
        Case(thisUpdate: -100, nextUpdate: 0, contains: "good until 0"),
        Case(thisUpdate: -100, nextUpdate: -1, contains: "to be renewed"),
        Case(thisUpdate: -100, nextUpdate: -1, verifyNextUpdate: false, contains: "good until 3500"),
        Case(status: .unknown, contains: "does not know certificate CN=leaf"),
        Case(status: .revoked(since: now), contains: "certificate CN=leaf is revoked"),
    ])
    func timesAndStatus(example: Case) throws {
        let request = try OCSPRequest.encode(certificate: leaf, issuer: root.certificate)
        let response = answer(request, status: example.status, thisUpdate: example.thisUpdate, nextUpdate: example.nextUpdate)
        let policy = OCSPPolicy(freshnessSeconds: 3600, verifyNextUpdate: example.verifyNextUpdate)
        let verdict = verdict(response, policy: policy)
        #expect(verdict.contains(example.contains), "\(verdict)")
    }

    @Test func severalQuestionsInOneRequest() throws {
        let tool = try OpenSSLAuthority()
        let other = try root.issue(Self.template("other", .signing), for: PrivateKey.generate(.p256).publicKey)
        let files = try [leaf, other, root.certificate].enumerated().map { try tool.write("\($0).pem", Array($1.pem.utf8)).path }
        let request = tool.file("request")
        try tool.openssl([
            "ocsp", "-issuer", files[2], "-cert", files[0], "-sha256", "-cert", files[1], "-cert", files[0], "-reqout",
            request.path,
        ])
        let response = answer([UInt8](try Data(contentsOf: request)))
        let file = try tool.write("response", response)
        let referee = try tool.openssl(["ocsp", "-CAfile", files[2], "-respin", file.path, "-reqin", request.path, "-resp_text"])
        #expect(referee.errors == "Response verify OK\n")
        #expect(referee.text.components(separatedBy: "Cert Status: good").count == 3)
        #expect(referee.text.components(separatedBy: "Cert Status: unknown").count == 2)
        // The same certificate is answered twice, by SHA-1 and by SHA-256 of its issuer: two statements are not one.
        #expect(verdict(response).contains("says nothing about certificate CN=leaf"))
    }

    @Test func revocationIsSeenByOpenSSL() throws {
        let tool = try OpenSSLAuthority()
        let certificate = try tool.write("leaf.pem", Array(leaf.pem.utf8))
        let issuer = try tool.write("root.pem", Array(root.certificate.pem.utf8))
        let request = try OCSPRequest.encode(certificate: leaf, issuer: root.certificate, nonce: true)
        let requestFile = try tool.write("request", request)
        let response = answer(request, status: .revoked(since: Self.now))
        let file = try tool.write("response", response)
        let withNonce = try tool.openssl(["ocsp", "-CAfile", issuer.path, "-reqin", requestFile.path, "-respin", file.path])
        #expect(withNonce.errors == "Response verify OK\n")
        let named = try tool.openssl([
            "ocsp", "-issuer", issuer.path, "-CAfile", issuer.path, "-cert", certificate.path, "-no_nonce", "-respin", file.path,
        ])
        #expect(named.text.contains("leaf.pem: revoked"))
        #expect(try OCSPRequest.nonce(of: request, isRepeatedIn: OCSPResponse(der: response)))
        let another = try OCSPRequest.encode(certificate: leaf, issuer: root.certificate, nonce: true)
        #expect(try !OCSPRequest.nonce(of: another, isRepeatedIn: OCSPResponse(der: response)))
        let plain = try OCSPRequest.encode(certificate: leaf, issuer: root.certificate)
        #expect(try OCSPRequest.nonce(of: plain, isRepeatedIn: OCSPResponse(der: answer(plain))))
    }

    @Test func requestsThatCannotBeAnswered() throws {
        let request = try OCSPRequest.encode(certificate: leaf, issuer: root.certificate)
        let empty: [UInt8] = [0x30, 4, 0x30, 2, 0x30, 0]
        var hostile: [[UInt8]] = [[], [0x30], empty, request + [0], [UInt8](repeating: 0x30, count: 20_000)]
        hostile += (0..<request.count).map { Array(request[..<$0]) }
        for bytes in hostile {
            #expect(throws: PKIFailure.ocspRefused(.malformedRequest)) { try OCSPResponse(der: answer(bytes)) }
        }
        #expect(throws: PKIFailure.ocspRefused(.tryLater)) { try OCSPResponse(der: OCSPResponder.refusal(.tryLater)) }
    }

    @Test(arguments: [64, 65])
    func numberOfQuestions(count: Int) throws {
        let single = Array(try OCSPRequest.encode(certificate: leaf, issuer: root.certificate)[6...])
        let list = (0..<count).flatMap { _ in single }
        let response = answer(DER.sequence(DER.sequence(DER.sequence(list))))
        if count == 64 {
            #expect(throws: Never.self) { try OCSPResponse(der: response) }
        } else {
            #expect(throws: PKIFailure.ocspRefused(.malformedRequest)) { try OCSPResponse(der: response) }
        }
    }

    @Test func certificateOfAnotherAuthority() throws {
        let other = try CertificateIssuer.selfSigned(Self.template("Root", .authority(pathLength: 0)), key: .generate(.p256))
        let request = try OCSPRequest.encode(certificate: leaf, issuer: other.certificate)
        let response = try OCSPResponse(der: answer(request))
        #expect(throws: PKIFailure.statusUnknown(certificate: "CN=leaf")) {
            try OCSPVerifier.verify(
                response, certificate: leaf, issuer: other.certificate, responders: [delegate], at: Self.now, policy: Self.policy)
        }
        #expect(verdict(response.der).contains("says nothing"))
    }

    /// A nonce marked critical: the responder repeats it, and a reader that does not check nonces must not accept it.
    @Test func criticalExtension() throws {
        let plain = try OCSPRequest.encode(certificate: leaf, issuer: root.certificate)
        let list = Array(plain[4...])
        let nonce = DER.sequence(DER.oid([43, 6, 1, 5, 5, 7, 48, 1, 2]) + [0x01, 1, 0xFF] + DER.tag(0x04, [0x04, 1, 7]))
        let request = DER.sequence(DER.sequence(list + DER.tag(0xA2, DER.sequence(nonce))))
        #expect(verdict(answer(request)).contains("critical extension"))
    }

    @Test func parsedGivesTheSameValueAgain() throws {
        let response = answer(try OCSPRequest.encode(certificate: leaf, issuer: root.certificate))
        #expect(try OCSPResponse.parsed(der: response) == OCSPResponse.parsed(der: response))
    }
}

/// Just enough to write a structure that no tool writes.
enum DER {
    static func tag(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length = content.count < 128 ? [UInt8(content.count)] : [0x82, UInt8(content.count >> 8), UInt8(content.count & 255)]
        return [tag] + length + content
    }
    static func sequence(_ content: [UInt8]) -> [UInt8] { tag(0x30, content) }
    static func oid(_ content: [UInt8]) -> [UInt8] { tag(0x06, content) }
}
