import PKI
import TestSupport
import Testing
import XRoadModel

@Suite struct CertificateTests {
    /// A self-signed certificate by OpenSSL.
    private static func certificate(subject: String, extensions: [String] = [], arguments: [String] = []) throws -> Certificate {
        let folder = try TemporaryFolder()
        let result = try runTool(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                folder.url.appendingPathComponent("key").path, "-subj", subject, "-utf8", "-days", "30", "-set_serial",
                "0x1234567890abcdef1234",
            ] + extensions.flatMap { ["-addext", $0] } + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return try #require(try Certificate.all(pem: result.text).first)
    }

    @Test func readsWhatOpenSSLWrote() throws {
        let certificate = try Self.certificate(
            subject: "/C=AL/O=Ministria, \"një\"/serialNumber=DEV\\/ss1\\/GOV/CN=00000001",
            extensions: [
                "keyUsage=critical,nonRepudiation", "extendedKeyUsage=clientAuth,1.2.3.4",
                "authorityInfoAccess=OCSP;URI:http://ocsp.example/a,caIssuers;URI:http://ca.example,OCSP;URI:http://ocsp.example/b",
            ])
        #expect(certificate.serialNumber == "85968058272638546416180")
        #expect(certificate.subject == certificate.issuer && certificate.isSelfSigned)
        #expect(certificate.subject.value("CN") == "00000001")
        #expect(certificate.subject.value("serialNumber") == "DEV/ss1/GOV")
        #expect(certificate.subject.value("O") == "Ministria, \"një\"")
        #expect(certificate.subject.value("OU") == nil)
        #expect(certificate.subject.rfc2253 == "CN=00000001,2.5.4.5=#130b4445562f7373312f474f56,O=Ministria\\, \\\"një\\\",C=AL")
        #expect(certificate.keyUsage == [.nonRepudiation])
        #expect(certificate.extendedKeyUsage == [ExtendedKeyUsage.clientAuthentication, "1.2.3.4"])
        #expect(certificate.ocspURLs == ["http://ocsp.example/a", "http://ocsp.example/b"])
        #expect(certificate.notBefore.adding(seconds: 30 * 86_400) == certificate.notAfter)
        #expect(certificate.isAuthority)
        #expect(certificate.signatureDigest == .sha256)
        #expect(certificate.publicKey.kind == .ec(curve: .p256))
        let digest = try runTool("openssl", ["dgst", "-sha256", "-binary"], input: certificate.der)
        #expect(certificate.digest(.sha256) == digest.output)
        #expect(certificate.digest(.sha384) == DigestAlgorithm.sha384.digest(certificate.der))
    }

    @Test(arguments: KeyUsage.allCases)
    func keyUsageBits(usage: KeyUsage) throws {
        let certificate = try Self.certificate(subject: "/CN=x", extensions: ["keyUsage=\(usage)"])
        #expect(certificate.keyUsage == [usage])
    }

    @Test(arguments: [
        ("keyUsage=nonRepudiation", [CertificateUse.signing]),
        ("keyUsage=nonRepudiation,digitalSignature", [.signing, .authentication]),
        ("keyUsage=digitalSignature", [.authentication]), ("keyUsage=keyEncipherment", [.authentication]),
        ("keyUsage=dataEncipherment", [.authentication]), ("keyUsage=keyAgreement", []),
        ("extendedKeyUsage=clientAuth", [.authentication]),
        ("extendedKeyUsage=serverAuth", []),
    ])
    func suitability(line: String, expected: [CertificateUse]) throws {
        let leaf = try Self.certificate(subject: "/CN=x", extensions: [line, "basicConstraints=critical,CA:FALSE"])
        #expect(CertificateUse.allCases.filter(leaf.isSuitable(for:)) == expected)
        let authority = try Self.certificate(subject: "/CN=x", extensions: [line, "basicConstraints=critical,CA:TRUE"])
        #expect(CertificateUse.allCases.filter(authority.isSuitable(for:)).isEmpty)
    }

    @Test func everyTruncationIsRefused() throws {
        let der = try Self.certificate(subject: "/CN=x").der
        for length in 0..<der.count {
            #expect(throws: PKIFailure.self) { try Certificate(der: Array(der[..<length])) }
        }
        #expect(throws: PKIFailure.self) { try Certificate(der: der + [0]) }
        #expect(throws: PKIFailure.tooLarge(.certificate, bytes: 65_537, limit: 65_536)) {
            try Certificate(der: [UInt8](repeating: 0x30, count: 65_537))
        }
    }

    @Test func changedBytesNeverCrash() throws {
        let der = try Self.certificate(subject: "/CN=x", extensions: ["keyUsage=nonRepudiation"]).der
        for index in der.indices {
            for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
                var changed = der
                changed[index] = value
                _ = try? Certificate(der: changed)
            }
        }
    }

    @Test func parsedGivesTheSameValueAgain() throws {
        let der = try Self.certificate(subject: "/CN=x").der
        #expect(try Certificate.parsed(der: der) === Certificate.parsed(der: der))
        #expect(try Certificate.parsed(der: der) == Certificate(der: der))
    }

    @Test(arguments: [
        ("CN", "plain", "CN=plain"), ("CN", " both ", "CN=\\ both\\ "), ("O", "a+b=c#d<e>;\\", "O=a\\+b\\=c\\#d\\<e\\>\\;\\\\"),
        ("OU", "Õun", "OU=Õun"), ("serialNumber", "1", "2.5.4.5=#130131"), ("CN", "   ", "CN=\\ \\ \\ "),
    ])
    func namesAsText(type: String, text: String, expected: String) throws {
        let name = try DistinguishedName([(type, text)])
        #expect(name.rfc2253 == expected)
        #expect(name.value(type) == text)
        #expect(try DistinguishedName(der: name.der) == name)
    }

    @Test func severalAttributesInOneRelativeName() throws {
        let certificate = try Self.certificate(subject: "/O=x/CN=a+OU=b", arguments: ["-multivalue-rdn"])
        #expect(certificate.subject.relativeNames.map(\.count) == [1, 2])
        #expect(Set(certificate.subject.rfc2253.split(separator: ",")[0].split(separator: "+")) == ["CN=a", "OU=b"])
    }

    @Test(arguments: [
        [("CN", "")], [("CN", String(repeating: "x", count: 257))], [("C", "Shqipëri")], [("nonsense", "x")], [("CN", "a\0b")],
        [("serialNumber", "ë")], [("1.2.x", "y")],
    ])
    func namesThatCannotBeWritten(attributes: [(String, String)]) {
        #expect(throws: PKIFailure.self) { try DistinguishedName(attributes.map { (type: $0.0, text: $0.1) }) }
    }

    @Test func zeroByteInAName() throws {
        var der = try DistinguishedName([("CN", "aXb")]).der
        der[try #require(der.firstIndex(of: UInt8(ascii: "X")))] = 0
        let failure = PKIFailure.malformed(.distinguishedName, reason: "zero byte in a value")
        #expect(throws: failure) { try DistinguishedName(der: der) }
        var certificate = try Self.certificate(subject: "/CN=aXb").der
        for index in certificate.indices where certificate[index...].starts(with: Array("aXb".utf8)) {
            certificate[index + 1] = 0
        }
        #expect(throws: failure) { try Certificate(der: certificate) }
    }
}
