import Foundation
import PKI
import TestSupport
import Testing
import XRoadModel

@Suite struct IssuingTests {
    private static let start = Instant(secondsSince1970: 1_800_000_000)
    private static let end = start.adding(seconds: 86_400)

    private static func template(
        _ name: String, _ profile: CertificateProfile, dnsNames: [String] = [], ocspURL: String? = nil
    ) throws -> CertificateTemplate {
        CertificateTemplate(
            subject: try DistinguishedName([("O", "Test"), ("CN", name)]), profile: profile, notBefore: start, notAfter: end,
            dnsNames: dnsNames, ocspURL: ocspURL)
    }

    @Test(arguments: [PrivateKey.Kind.rsa(bits: 2048), .p256])
    func requestIsReadByOpenSSL(kind: PrivateKey.Kind) throws {
        let key = try PrivateKey.generate(kind)
        let subject = try DistinguishedName([("C", "FI"), ("O", "Një"), ("serialNumber", "DEV/ss1/COM"), ("CN", "4321")])
        let request = try CertificateRequest.create(key: key, subject: subject, dnsNames: ["ss1.example", "ss2.example"])
        let referee = try runTool(
            "openssl", ["req", "-verify", "-noout", "-text", "-nameopt", "RFC2253,-esc_msb"], input: Array(request.pem.utf8))
        #expect(referee.errors.contains("verify OK"))
        #expect(referee.text.contains("Subject: CN=4321,serialNumber=DEV/ss1/COM,O=Një,C=FI"))
        #expect(referee.text.contains("DNS:ss1.example, DNS:ss2.example"))
        let read = try CertificateRequest(pem: request.pem)
        #expect(read.subject == subject && read.publicKey == key.publicKey && read.dnsNames == ["ss1.example", "ss2.example"])
    }

    @Test func requestOfOpenSSLIsRead() throws {
        let folder = try TemporaryFolder()
        let made = try runTool(
            "openssl",
            [
                "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.url.appendingPathComponent("k").path, "-subj",
                "/CN=x",
            ])
        #expect(try CertificateRequest(pem: made.text).subject.rfc2253 == "CN=x")
    }

    @Test func requestWithAForeignSignatureIsRefused() throws {
        let subject = try DistinguishedName([("CN", "x")])
        var der = try CertificateRequest.create(key: .generate(.p256), subject: subject).der
        let key = try PrivateKey.generate(.p256).publicKey.subjectPublicKeyInfo
        let place = try #require(der.firstRange(of: key.prefix(27)))
        der.replaceSubrange(place.lowerBound..<(place.lowerBound + key.count), with: key)
        #expect(throws: PKIFailure.invalidRequestSignature(subject: "CN=x")) { try CertificateRequest(der: der) }
        for length in stride(from: 0, to: der.count, by: 7) {
            #expect(throws: PKIFailure.self) { try CertificateRequest(der: Array(der[..<length])) }
        }
    }

    @Test(arguments: ["", "a b", "a,DNS:b", "a\nb", "$ENV", "@section", "a;b", "é.example", String(repeating: "a", count: 254)])
    func dnsNamesThatWouldBeSyntax(name: String) throws {
        let key = try PrivateKey.generate(.p256)
        let subject = try DistinguishedName([("CN", "x")])
        #expect(throws: PKIFailure.self) { try CertificateRequest.create(key: key, subject: subject, dnsNames: [name]) }
    }

    @Test func wholeTreeVerifiesHereAndInOpenSSL() throws {
        let rootKey = try PrivateKey.generate(.rsa(bits: 2048))
        let root = try CertificateIssuer.selfSigned(Self.template("Root", .authority(pathLength: 1)), key: rootKey)
        let middleKey = try PrivateKey.generate(.p256)
        let middleCertificate = try root.issue(Self.template("Middle", .authority(pathLength: 0)), for: middleKey.publicKey)
        let middle = try CertificateIssuer(certificate: middleCertificate, key: middleKey)
        let leafKey = try PrivateKey.generate(.p256)
        let leaves = [
            (
                CertificateUse.signing,
                try middle.issue(Self.template("sign", .signing, ocspURL: "http://127.0.0.1:8888/ocsp"), for: leafKey.publicKey)
            ),
            (
                .authentication,
                try middle.issue(Self.template("auth", .authentication, dnsNames: ["a.example"]), for: leafKey.publicKey)
            ),
        ]
        let verifier = ChainVerifier(anchors: [root.certificate], intermediates: [middleCertificate])
        let folder = try TemporaryFolder()
        let trusted = try folder.write("root", Array(root.certificate.pem.utf8))
        let untrusted = try folder.write("middle", Array(middleCertificate.pem.utf8))
        for (use, leaf) in leaves {
            let chain = try verifier.chain(from: leaf, for: use, at: Self.start)
            #expect(chain.certificates == [leaf, middleCertificate, root.certificate])
            #expect(CertificateUse.allCases.filter(leaf.isSuitable(for:)) == [use])
            let file = try folder.write("leaf", Array(leaf.pem.utf8))
            let referee = try runTool(
                "openssl",
                [
                    "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-attime", "\(Self.start.secondsSince1970)", "-CAfile",
                    trusted.path,
                    "-untrusted", untrusted.path, file.path,
                ])
            #expect(referee.status == 0, "\(referee.errors)")
            let before = Self.start.adding(seconds: -1)
            #expect(throws: PKIFailure.self) { try verifier.chain(from: leaf, at: before) }
        }
        #expect(leaves[0].1.ocspURLs == ["http://127.0.0.1:8888/ocsp"])
        #expect(leaves[0].1.notBefore == Self.start && leaves[0].1.notAfter == Self.end)
        #expect(leaves[0].1.serialNumber != leaves[1].1.serialNumber)
        #expect(throws: PKIFailure.self) { try CertificateIssuer(certificate: middleCertificate, key: rootKey) }
        #expect(throws: PKIFailure.self) {
            try middle.issue(Self.template("x", .signing, ocspURL: "http://a,b"), for: leafKey.publicKey)
        }
        #expect(throws: PKIFailure.self) {
            try middle.issue(Self.template("x", .signing, ocspURL: "file:///x"), for: leafKey.publicKey)
        }
    }

    @Test func serialNumberAsGiven() throws {
        let key = try PrivateKey.generate(.p256)
        var template = try Self.template("Root", .authority(pathLength: nil))
        template.serialNumber = [0x12, 0x34]
        #expect(try CertificateIssuer.selfSigned(template, key: key).certificate.serialNumber == "4660")
        template.serialNumber = [UInt8](repeating: 1, count: 21)
        #expect(throws: PKIFailure.self) { try CertificateIssuer.selfSigned(template, key: key) }
    }
}
