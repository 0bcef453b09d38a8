import Foundation
import PKI
import TestSupport
import Testing
import XRoadModel

/// Tokens made by `openssl ts`, and hostile ones made by `openssl cms`.
@Suite struct TimestampVerificationTests {
    private let tool: OpenSSLTimestamps
    static let data = Array("a hash chain result".utf8)
    /// The time of the forged tokens: tomorrow, when the certificates made just now are valid.
    static let noon = Instant(secondsSince1970: presentInstant().secondsSince1970 + 86_400)
    /// The same as digits.
    static let noonText = generalizedTime(noon)

    init() throws { tool = try OpenSSLTimestamps() }

    private func verdict(
        _ token: [UInt8], of data: [UInt8] = data, nonce: [UInt8]? = nil, signedAt: Instant = noon, at: Instant = noon,
        approved: [Certificate]? = nil, policy: TimestampPolicy = TimestampPolicy()
    ) throws -> String {
        let approved = approved ?? [tool.authority.certificate]
        do {
            let verified = try TimestampVerifier.verify(
                TimestampToken(der: token), of: data, nonce: nonce, signedAt: signedAt, approved: approved, at: at,
                policy: policy)
            return "by \(verified.signer.subject.rfc2253)"
        } catch { return error.description }
    }

    @Test(arguments: [DigestAlgorithm.sha256, .sha384, .sha512], [[], ["-chain"]])
    func answerOfOpenSSL(digest: DigestAlgorithm, arguments: [String]) throws {
        let extra = arguments.isEmpty ? [] : ["-chain", tool.root.certificateFile.path]
        let request = try TimestampRequest(stamping: Self.data, digest: digest)
        let response = try TimestampResponse(der: tool.reply(to: request.der, arguments: extra))
        let token = try response.granted()
        let now = presentInstant()
        let verified = try TimestampVerifier.verify(
            token, of: Self.data, nonce: request.nonce, signedAt: now,
            approved: [tool.root.certificate, tool.authority.certificate],
            at: now)
        #expect(verified.signer == tool.authority.certificate)
        #expect(abs(token.generatedAt.seconds(since: now)) < 30)
        #expect(token.accuracyMicroseconds == 1_500_100)
        #expect(token.policy == "1.2.3.4.1")
        #expect(token.imprintDigest == digest)
        #expect(token.certificates.contains(tool.authority.certificate))
        #expect(token.signer.contains("CN=Root, number \(tool.authority.certificate.serialNumber)"))
    }

    @Test func requestAsOpenSSLReadsIt() throws {
        let request = try TimestampRequest(stamping: Self.data, nonce: [0, 0xff, 1])
        let text = try tool.tool.openssl(["ts", "-query", "-in", "/dev/stdin", "-text"], input: request.der).text
        #expect(text.contains("Hash Algorithm: sha512"))
        #expect(text.contains("Nonce: 0xFF01"))
        #expect(text.contains("Certificate required: yes"))
        #expect(request.nonce == [0xff, 1])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: String
        let token: @Sendable (OpenSSLTimestamps) throws -> [UInt8]
        var nonce: [UInt8]?
        var signedAt = noon
        var at = noon

        /// A token that is right but for `change`.
        init(
            _ name: String, _ expected: String, nonce: [UInt8]? = nil, signedAt: Instant = noon, at: Instant = noon,
            change: @escaping @Sendable (inout OpenSSLTimestamps.Content) -> Void
        ) {
            self.init(name, expected, nonce: nonce, signedAt: signedAt, at: at) { tool in
                var content = right
                change(&content)
                return try tool.sign(tool.encode(content))
            }
        }

        init(
            _ name: String, _ expected: String, nonce: [UInt8]? = nil, signedAt: Instant = noon, at: Instant = noon,
            token: @escaping @Sendable (OpenSSLTimestamps) throws -> [UInt8]
        ) {
            testDescription = name
            self.expected = expected
            self.token = token
            self.nonce = nonce
            self.signedAt = signedAt
            self.at = at
        }
    }

    static let right = OpenSSLTimestamps.Content(
        imprint: DigestAlgorithm.sha512.digest(data), time: "GENERALIZEDTIME:\(noonText)Z")

    static let contents = [
        Case("right", "by CN=TSA") { _ in },
        Case("other data", "stamps other data") { $0.imprint[0] ^= 1 },
        Case("imprint cut short", "stamps other data") { $0.imprint.removeLast() },
        Case("imprint by SHA-1", "stamps a digest by an algorithm that is not accepted") {
            $0.algorithm = "sha1"
            $0.imprint = DigestAlgorithm.sha1.digest(data)
        },
        Case("imprint by an unknown algorithm", "stamps a digest by an algorithm") { $0.algorithm = "1.2.3.4" },
        Case("nonce missing", "another nonce", nonce: [7]) { _ in },
        Case("another nonce", "another nonce", nonce: [7]) { $0.nonce = "8" },
        Case("nonce", "by CN=TSA", nonce: [7]) { $0.nonce = "7" },
        Case("negative nonce", "nonce, serial number or policy cannot be read", nonce: [7]) { $0.nonce = "-7" },
        Case("a minute ahead", "by CN=TSA", at: noon.adding(seconds: -60)) { _ in },
        Case("from the future", "is 61 s after", at: noon.adding(seconds: -61)) { _ in },
        Case("a minute behind the signature", "by CN=TSA", signedAt: noon.adding(seconds: 60)) { _ in },
        Case("before the signature", "is 61 s before the signature's", signedAt: noon.adding(seconds: 61)) { _ in },
        Case("milliseconds", "by CN=TSA") { $0.time = "FORMAT:ASCII,IMPLICIT:24U,OCTETSTRING:\(noonText).999Z" },
        Case("local time", "genTime or accuracy cannot be read") { $0.time = "GENERALIZEDTIME:\(noonText)+0200" },
        Case("no time at all", "malformed time-stamp token") { $0.time = "UTF8:noon" },
        Case("accuracy of a minute", "by CN=TSA") { $0.accuracy = "seconds=INTEGER:60" },
        Case("coarser than a minute", "accurate to 60001 ms only") {
            $0.accuracy = "seconds=INTEGER:60\nmillis=IMPLICIT:0,INTEGER:1"
        },
        Case("accuracy of a century", "genTime or accuracy cannot be read") { $0.accuracy = "seconds=INTEGER:4000000000" },
        Case("negative accuracy", "genTime or accuracy cannot be read") { $0.accuracy = "seconds=INTEGER:-1" },
        Case("version 2", "version 2") { $0.version = "INTEGER:2" },
        Case("critical extension", "critical extension") { $0.extensions = "one=SEQUENCE:extension" },
    ]

    @Test(arguments: contents) func hostileContent(_ example: Case) throws { try check(example) }

    static let signatures = [
        Case("signer that is not approved", "signed by a certificate that is not approved (CN=Root, number") { tool in
            try tool.sign(
                tool.encode(right),
                by: tool.tool.issue("/CN=TSA", by: tool.root, extensions: OpenSSLTimestamps.authorityExtensions))
        },
        Case("the approved one's issuer", "not approved") { tool in try tool.sign(tool.encode(right), by: tool.root) },
        Case("not bound to a certificate", "does not name the approved certificate") { tool in
            try tool.sign(tool.encode(right), arguments: [])
        },
        Case("signer named by its key", "by CN=TSA") { tool in
            try tool.sign(tool.encode(right), arguments: ["-cades", "-keyid"])
        },
        Case("without the signer's certificate", "by CN=TSA") { tool in
            try tool.sign(tool.encode(right), arguments: ["-cades", "-nocerts"])
        },
        Case("signed by SHA-1", "signed with an algorithm that is not accepted") { tool in
            try tool.sign(tool.encode(right), arguments: ["-cades", "-md", "sha1"])
        },
        Case("signature altered", "signature is not by the key of CN=TSA") { tool in
            var token = try tool.sign(tool.encode(right))
            token[token.count - 1] ^= 1
            return token
        },
        Case("content altered", "signature is not by the key of CN=TSA") { tool in
            let token = try tool.sign(tool.encode(right))
            let position = try #require(token.firstRange(of: Array(noonText.utf8)))
            return Array(token[..<position.lowerBound] + Array("20270101000000".utf8) + token[position.upperBound...])
        },
        Case("other signed content", "malformed time-stamp token") { tool in
            try tool.sign(tool.encode(right), type: "1.2.840.113549.1.7.1")
        },
        Case("bytes after the content", "malformed time-stamp token") { tool in try tool.sign(tool.encode(right) + [0]) },
        Case("bytes after the token", "malformed time-stamp token") { tool in try tool.sign(tool.encode(right)) + [0] },
        Case("content apart from the token", "malformed time-stamp token") { tool in
            let input = try tool.tool.write("detached", tool.encode(right))
            return try tool.tool.openssl(
                [
                    "cms", "-sign", "-binary", "-outform", "DER", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-cades", "-in",
                    input.path, "-signer", tool.authority.certificateFile.path, "-inkey", tool.authority.keyFile.path,
                ]
            ).output
        },
        Case("two signers", "malformed time-stamp token") { tool in
            try tool.sign(
                tool.encode(right),
                arguments: ["-cades", "-signer", tool.root.certificateFile.path, "-inkey", tool.root.keyFile.path])
        },
        Case("encrypted data", "malformed time-stamp token") { tool in
            let input = try tool.tool.write("plain", [1])
            return try tool.tool.openssl(
                [
                    "cms", "-EncryptedData_encrypt", "-secretkey", "00112233445566778899aabbccddeeff", "-aes128", "-outform",
                    "DER", "-in", input.path,
                ]
            ).output
        },
        Case("an HTML page", "malformed time-stamp token") { _ in Array("<html><body>Welcome</body></html>".utf8) },
        Case("nothing", "malformed time-stamp token") { _ in [] },
        Case("too long", "limit 65536") { _ in Array(repeating: 0x30, count: 65_537) },
    ]

    @Test(arguments: signatures) func hostileSignature(_ example: Case) throws { try check(example) }

    private func check(_ example: Case) throws {
        let token = try example.token(tool)
        let verdict = try self.verdict(token, nonce: example.nonce, signedAt: example.signedAt, at: example.at)
        #expect(verdict.contains(example.expected), "\(verdict)")
    }

    /// Approved certificates that must not sign time-stamps all the same (RFC 3161 2.3).
    @Test(arguments: [
        ["basicConstraints=CA:FALSE"],
        ["extendedKeyUsage=timeStamping"],
        ["extendedKeyUsage=critical,timeStamping,clientAuth"],
        ["extendedKeyUsage=critical,timeStamping,1.2.3.4"],
        ["keyUsage=critical,keyCertSign", "extendedKeyUsage=critical,timeStamping"],
    ])
    func certificateForOtherPurposes(extensions: [String]) throws {
        let signer = try tool.tool.issue("/CN=Other", by: tool.root, extensions: extensions)
        let token = try tool.sign(tool.encode(Self.right), by: signer)
        let verdict = try verdict(token, approved: [signer.certificate])
        #expect(verdict == "certificate CN=Other lacks the critical extended key usage timeStamping alone")
    }

    /// Another certificate under the same name and number, of another key: neither its token nor its approval passes for the other's.
    @Test func impostorWithTheNameOfAnAuthority() throws {
        let impostors = try OpenSSLTimestamps()
        #expect(impostors.authority.certificate.serialNumber == tool.authority.certificate.serialNumber)
        let token = try impostors.sign(impostors.encode(Self.right))
        #expect(try verdict(token).contains("does not name the approved certificate by its digest"))
        let approved = [impostors.authority.certificate, tool.authority.certificate]
        #expect(try verdict(tool.sign(tool.encode(Self.right)), approved: approved) == "by CN=TSA")
    }

    @Test func weakKey() throws {
        let signer = try tool.tool.issue(
            "/CN=Weak", by: tool.root, extensions: OpenSSLTimestamps.authorityExtensions, key: "rsa:1024")
        let token = try tool.sign(tool.encode(Self.right), by: signer)
        #expect(try verdict(token, approved: [signer.certificate]).contains("RSA key of 1024 bits"))
        #expect(
            try verdict(token, approved: [signer.certificate], policy: TimestampPolicy(algorithms: .historical))
                == "by CN=Weak")
    }

    /// The certificate must have been valid at the token's time, not at the verifier's.
    @Test func validityOfTheAuthority() throws {
        func stamped(_ date: String) throws -> [UInt8] {
            var content = Self.right
            content.time = "GENERALIZEDTIME:" + date
            return try tool.sign(tool.encode(content))
        }
        let late = try #require(Instant(iso8601: "2049-01-01T00:00:00Z"))
        #expect(try verdict(stamped("20490101000000Z"), signedAt: late, at: late).contains("expired at"))
        #expect(try verdict(stamped("20200101000000Z"), signedAt: Instant(secondsSince1970: 0)).contains("is valid from"))
        #expect(try verdict(stamped(Self.noonText + "Z"), at: late) == "by CN=TSA")
    }

    static let responses: [(name: String, bytes: [UInt8], expected: String)] = [
        ("an HTML page", Array("<!DOCTYPE html><html><body>Sign in</body></html>".utf8), "malformed time-stamp response"),
        ("nothing", [], "malformed time-stamp response"),
        ("too long", Array(repeating: 0x30, count: 80_000), "limit 69632"),
        ("granted without a token", [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0], "granted, but no token"),
        (
            "rejected", [0x30, 0x09, 0x30, 0x07, 0x02, 0x01, 2, 0x03, 0x02, 0x05, 0x20],
            "time-stamp not granted as asked: rejection, badRequest"
        ),
        (
            "rejected with words", [0x30, 0x0f, 0x30, 0x0d, 0x02, 0x01, 2, 0x30, 0x08, 0x0c, 0x06] + Array("of\nday".utf8),
            "not granted as asked: rejection, of day"
        ),
        ("waiting", [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 3], "not granted as asked: waiting"),
        ("status that nobody knows", [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 77], "status 77"),
        ("bytes after the response", [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 3, 0], "malformed time-stamp response"),
        ("three elements", [0x30, 0x09, 0x30, 0x03, 0x02, 0x01, 0, 0x30, 0, 0x30, 0], "malformed time-stamp response"),
    ]

    @Test(arguments: responses.indices) func hostileResponse(_ index: Int) {
        let example = Self.responses[index]
        let failure = refusalOfResponse(example.bytes)
        #expect(failure?.contains(example.expected) == true, "\(failure ?? "granted")")
    }

    @Test func grantedWithModifications() throws {
        let token = try tool.sign(tool.encode(Self.right))
        #expect(try TimestampResponse(der: OpenSSLTimestamps.granted(token)).granted().der == token)
        let modified = try TimestampResponse(der: OpenSSLTimestamps.granted(token, status: 1))
        #expect(throws: PKIFailure.timestampRefused(.notGranted(status: .grantedWithMods, failures: [], texts: []))) {
            try modified.granted()
        }
    }

    /// No altered byte crashes the reader or moves the time: what is still accepted differs where nothing is signed.
    @Test func everyByteAltered() throws {
        let token = try tool.sign(tool.encode(Self.right))
        for position in token.indices {
            for mask: UInt8 in [0x01, 0x80, 0xff] {
                var altered = token
                altered[position] ^= mask
                guard let read = try? TimestampToken(der: altered),
                    try verdict(altered).hasPrefix("by")
                else { continue }
                #expect(read.generatedAt == Self.noon && read.imprintDigest == .sha512 && read.serialNumber == "77")
            }
        }
        for length in token.indices { #expect(throws: PKIFailure.self) { try TimestampToken(der: Array(token[..<length])) } }
    }

    /// The answer to another question.
    @Test func swappedAnswers() throws {
        let mine = try TimestampRequest(stamping: Self.data)
        let other = try TimestampRequest(stamping: Array("other data".utf8))
        let again = try TimestampRequest(stamping: Self.data)
        let now = presentInstant()
        func outcome(of asked: TimestampRequest) throws -> String {
            let token = try TimestampResponse(der: tool.reply(to: asked.der)).granted()
            return try verdict(token.der, nonce: mine.nonce, signedAt: now, at: presentInstant())
        }
        #expect(try outcome(of: mine) == "by CN=TSA")
        #expect(try outcome(of: other).contains("stamps other data"))
        #expect(try outcome(of: again).contains("another nonce"))
    }
}

/// `YYYYMMDDhhmmss`
private func generalizedTime(_ instant: Instant) -> String { instant.iso8601(milliseconds: false).filter(\.isNumber) }

/// Why a response gives no token.
func refusalOfResponse(_ der: [UInt8]) -> String? {
    do {
        _ = try TimestampResponse(der: der).granted()
        return nil
    } catch { return error.description }
}
