import Foundation
import PKI
import TestSupport
import Testing
import XRoadModel

/// Our authority against the `openssl` client.
@Suite struct TimestampResponderTests {
    private let root: CertificateIssuer
    private let certificate: Certificate
    private let responder: TimestampResponder
    private let folder = try? TemporaryFolder()

    init() throws {
        root = try CertificateIssuer.selfSigned(Self.template("Root", .authority(pathLength: 0)), key: .generate(.p256))
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        certificate = try root.issue(Self.template("TSA", .timestampAuthority), for: key.publicKey)
        responder = try TimestampResponder(certificate: certificate, key: key, policy: "1.2.3.4.1")
    }

    private static func template(_ name: String, _ profile: CertificateProfile) throws -> CertificateTemplate {
        CertificateTemplate(
            subject: try DistinguishedName([("CN", name)]), profile: profile,
            notBefore: presentInstant().adding(seconds: -86_400), notAfter: presentInstant().adding(seconds: 86_400))
    }

    @Test(arguments: ["sha256", "sha384", "sha512"], [["-cert"], ["-cert", "-no_nonce"], []])
    func verifiedByOpenSSL(digest: String, arguments: [String]) throws {
        let folder = try #require(folder)
        let data = try folder.write("data", Array("a hash chain result".utf8))
        let query = folder.url.appendingPathComponent("query")
        let asked = try runTool(
            "openssl", ["ts", "-query", "-data", data.path, "-\(digest)", "-out", query.path] + arguments)
        #expect(asked.status == 0, "\(asked.errors)")
        let answer = try responder.answer([UInt8](Data(contentsOf: query)), serialNumber: [1, 2, 3], at: presentInstant())
        let response = try folder.write("response", answer)
        let anchor = try folder.write("root.pem", Array(root.certificate.pem.utf8))
        let signer = try folder.write("tsa.pem", Array(certificate.pem.utf8))
        let verified = try runTool(
            "openssl",
            [
                "ts", "-verify", "-queryfile", query.path, "-in", response.path, "-CAfile", anchor.path, "-untrusted",
                signer.path,
            ])
        #expect(verified.text.contains("Verification: OK"), "\(verified.errors)")
        #expect(try TimestampResponse(der: answer).granted().certificates == (arguments.isEmpty ? [] : [certificate]))
    }

    @Test func fieldsOfTheToken() throws {
        let request = try TimestampRequest(stamping: [1, 2, 3])
        let at = Instant(millisecondsSince1970: presentInstant().secondsSince1970 * 1000 + 789)
        let token = try TimestampResponse(
            der: responder.answer(request.der, serialNumber: [0xff, 0], at: at)
        ).granted()
        #expect(token.generatedAt == at)
        #expect(token.serialNumber == "65280")
        #expect(token.nonce == request.nonce)
        #expect(token.policy == "1.2.3.4.1")
        #expect(token.accuracyMicroseconds == 1_000_000)
        #expect(token.imprint == request.imprint)
    }

    @Test func whatIsRejected() throws {
        let garbage = try TimestampResponse(der: responder.answer([0x30, 0x00], serialNumber: [1], at: presentInstant()))
        #expect(garbage.status == .rejection)
        #expect(garbage.failures == [.badDataFormat])
        let weak = try TimestampRequest(stamping: [1], digest: .sha1)
        let refused = try responder.answer(weak.der, serialNumber: [1], at: presentInstant())
        #expect(try TimestampResponse(der: refused).failures == [.badAlgorithm])
        #expect(refusalOfResponse(refused)?.hasPrefix("time-stamp not granted as asked: rejection, badAlgorithm") == true)
        #expect(throws: PKIFailure.self) {
            try responder.answer(Array(repeating: 0, count: 5000), serialNumber: [1], at: presentInstant())
        }
    }

    @Test func certificateOfAnotherKind() throws {
        let key = try PrivateKey.generate(.p256)
        let signing = try root.issue(Self.template("TSA", .signing), for: key.publicKey)
        #expect(throws: PKIFailure.timestampRefused(.signerNotForTimestamps(certificate: "CN=TSA"))) {
            try TimestampResponder(certificate: signing, key: key, policy: "1.2.3")
        }
    }
}
