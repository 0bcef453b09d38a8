import GlobalConfiguration
import PKI
import TestSupport
import Testing
import XRoadModel

/// Directories that we make and that others might (PR-GCONF 2.3, 2.4).
@Suite struct SignedDirectoryTests {
    private static let now = Instant(secondsSince1970: 1_800_000_000)
    private let signer: ToolIdentity

    init() throws { signer = try ToolIdentity("/CN=configuration") }

    private static let directory = SignedDirectory(
        expires: now.adding(seconds: 600), version: 5,
        entries: [
            .init(
                content: .privateParameters, instance: "AL TEST", location: "/V5/a/private-params.xml", hashAlgorithm: .sha512,
                hash: DigestAlgorithm.sha512.digest([1])),
            .init(
                content: .sharedParameters, instance: "AL TEST", location: "/V5/b/shared-params.xml", hashAlgorithm: .sha256,
                hash: DigestAlgorithm.sha256.digest([2])),
            .init(content: nil, instance: nil, location: "/c", hashAlgorithm: .sha384, hash: DigestAlgorithm.sha384.digest([3])),
        ])

    @Test(arguments: [true, false])
    func readsWhatItWrites(rsa: Bool) throws {
        let signer = try ToolIdentity("/CN=configuration", rsa: rsa)
        let download = try Self.directory.signed(with: signer.key, certificate: signer.certificate)
        #expect(
            try SignedDirectory.verified(download, certificates: [signer.certificate.der], at: Self.now) == Self.directory)
    }

    /// The bytes that `openssl` verifies are cut out here by hand: after the first blank line of the first part, up to the line
    /// break before the next outer delimiter.
    @Test(arguments: [true, false])
    func openSSLVerifiesTheSignature(rsa: Bool) throws {
        let signer = try ToolIdentity("/CN=configuration", rsa: rsa)
        let text = String(decoding: try Self.directory.signed(with: signer.key, certificate: signer.certificate), as: UTF8.self)
        let parts = text.split(separator: "\r\n--ura-signed-configuration")
        try #require(parts.count == 4)
        let signed = parts[1].split(separator: "\r\n\r\n", maxSplits: 1)[1]
        let signature = parts[2].split(separator: "\r\n\r\n", maxSplits: 1)[1]
        #expect(signed.hasPrefix("--ura-configuration-directory\r\nExpire-date: 2027-01-15T08:10:00Z\r\nVersion: 5\r\n"))
        #expect(signed.hasSuffix("--ura-configuration-directory--\r\n"))
        let bytes = try #require(Base64.decode(String(signature)))
        #expect(try signer.toolVerifies(bytes, of: Array(signed.utf8)))
        #expect(try !signer.toolVerifies(bytes, of: Array(signed.dropLast().utf8)))
    }

    @Test(arguments: ["quo\"te", "line\r\nbreak", "back\\slash", "Shqipëri"])
    func refusesToWriteWhatAHeaderCannotCarry(instance: String) {
        let directory = SignedDirectory(
            expires: Self.now, version: 5,
            entries: [.init(content: .sharedParameters, instance: instance, location: "/x", hashAlgorithm: .sha512, hash: [])])
        #expect(throws: ConfigurationFailure.self) { try directory.signed(with: signer.key, certificate: signer.certificate) }
    }

    /// The form of PR-GCONF A.2, with LF and CRLF, with X-Road's apostrophes and a folded header.
    @Test(arguments: ["\n", "\r\n"])
    func readsTheFormOfTheSpecification(lineBreak: String) throws {
        let sample = DirectorySample(signer: signer)
        let directory = try sample.read(sample.text(lineBreak: lineBreak), at: Self.now)
        #expect(directory.expires == Instant(iso8601: "2027-02-01T00:00:00Z"))
        #expect(directory.version == 2)
        #expect(directory.entries.map(\.instance) == ["EE", "EE"])
    }

    static let hostile: [(name: String, replaced: String, by: String, failure: ConfigurationFailure)] = [
        ("no date", "Expire-date: 2027-02-01T00:00:00Z", "X: y", .missingField("Expire-date")),
        (
            "local date", "Expire-date: 2027-02-01T00:00:00Z", "Expire-date: 2027-02-01",
            .malformedDirectory("Expire-date is not a date with time: 2027-02-01")
        ),
        (
            "expired", "Expire-date: 2027-02-01T00:00:00Z", "Expire-date: 2027-01-14T00:00:00Z",
            .expired(Instant(secondsSince1970: 1_799_884_800))
        ),
        (
            "two dates", "Expire-date: 2027", "Expire-date: 2028-01-01T00:00:00Z\nExpire-date: 2027",
            .malformedDirectory("header expire-date stands twice")
        ),
        ("later version", "Expire-date:", "Version: 7\nExpire-date:", .unsupportedVersion("7")),
        ("no location", "Content-location: /shared", "X: ", .missingField("Content-location")),
        ("no hash algorithm", "Hash-algorithm-id", "X", .missingField("Hash-algorithm-id")),
        ("SHA-1", "xmlenc#sha512", "xmldsig#sha1", .unsupportedAlgorithm("http://www.w3.org/2001/04/xmldsig#sha1")),
        ("no instance", "; instance=\"EE\"", "", .missingField("Content-identifier; instance")),
        (
            "quote without end", "; instance=\"EE\"", "; instance=\"EE",
            .malformedDirectory("a quoted header parameter has no end")
        ),
        (
            "path in file name", "Content-location: /shared", "Content-file-name: ../../x\nContent-location: /shared",
            .unsafeFileName("../../x")
        ),
        ("one part twice", "PRIVATE-PARAMETERS", "SHARED-PARAMETERS", .duplicatePart("SHARED-PARAMETERS of EE")),
        ("short hash", "AAAA", "", .malformedDirectory("the hash of an entry is not a SHA-512 in base64")),
        (
            "other encoding", "Content-transfer-encoding: base64", "Content-transfer-encoding: 7bit",
            .malformedDirectory("Content-transfer-encoding must be base64")
        ),
        (
            "zero byte", "Content-location: /shared", "Content-location: /\0shared",
            .malformedDirectory("a header holds control characters or is not UTF-8")
        ),
        ("text between parts", "--inner\nExpire", "hello\n--inner\nExpire", .malformedDirectory("text outside of the parts")),
        (
            "long header", "Content-location: /shared", "Content-location: /\(String(repeating: "x", count: 9000))",
            .tooLarge("a header of the directory")
        ),
    ]

    @Test(arguments: hostile)
    func refuses(_ vector: (name: String, replaced: String, by: String, failure: ConfigurationFailure)) throws {
        let sample = DirectorySample(signer: signer)
        let inner = DirectorySample.inner.replacing(vector.replaced, with: vector.by)
        #expect(inner != DirectorySample.inner)
        #expect(throws: vector.failure) { try sample.read(sample.text(inner: inner), at: Self.now) }
    }

    static let hostileEnvelopes: [(name: String, replaced: String, by: String, failure: ConfigurationFailure)] = [
        ("altered content", "2027-02-01", "2028-02-01", .invalidSignature),
        ("cut off", "\n--outer--", "", .malformedDirectory("the multipart has no end")),
        ("no boundary", "; boundary=outer", "", .malformedDirectory("multipart/related has no boundary")),
        ("other type", "multipart/related", "multipart/mixed", .malformedDirectory("its type is not multipart/related")),
        ("text after the end", "--outer--", "--outer--\nmore", .malformedDirectory("text outside of the parts")),
        ("third part", "--outer--", "--outer\nX: y\n\n--outer--", .malformedDirectory("more than 2 parts")),
        (
            "no signature part", "--outer\nContent-type", "--outer--\nContent-type",
            .malformedDirectory("text outside of the parts")
        ),
        (
            "unknown algorithm", "#ecdsa-sha512", "#hmac-sha512",
            .unsupportedAlgorithm("http://www.w3.org/2001/04/xmldsig-more#hmac-sha512")
        ),
        ("algorithm of another key", "#ecdsa-sha512", "#rsa-sha512", .invalidSignature),
        ("weaker digest", "#ecdsa-sha512", "#ecdsa-sha256", .invalidSignature),
        (
            "certificate hash without algorithm", "hash-algorithm-id", "x",
            .missingField("Verification-certificate-hash; hash-algorithm-id")
        ),
        (
            "certificate hash with SHA-1", "xmlenc#sha512\"\n\n", "xmldsig#sha1\"\n\n",
            .unsupportedAlgorithm("http://www.w3.org/2001/04/xmldsig#sha1")
        ),
    ]

    @Test(arguments: hostileEnvelopes)
    func refusesEnvelope(_ vector: (name: String, replaced: String, by: String, failure: ConfigurationFailure)) throws {
        let sample = DirectorySample(signer: signer)
        let text = try sample.text()
        let altered = text.replacing(vector.replaced, with: vector.by)
        #expect(altered != text)
        #expect(throws: vector.failure) { try sample.read(altered, at: Self.now) }
    }

    @Test func anotherKeyIsNotTrusted() throws {
        let download = try Self.directory.signed(with: signer.key, certificate: signer.certificate)
        let other = try ToolIdentity("/CN=configuration").certificate.der
        for certificates in [[], [other], [Array("no certificate".utf8)]] {
            #expect(throws: ConfigurationFailure.unknownVerificationCertificate) {
                try SignedDirectory.verified(download, certificates: certificates, at: Self.now)
            }
        }
    }

    @Test func boundsWhatItReads() throws {
        let sample = DirectorySample(signer: signer)
        let large = try sample.text() + String(repeating: "\n", count: ConfigurationLimits.standard.directoryBytes)
        #expect(throws: ConfigurationFailure.tooLarge("the signed directory")) { try sample.read(large, at: Self.now) }
        let entry = "--inner\nContent-type: application/octet-stream\n\n"
        let many = String(repeating: entry, count: 66) + "--inner--"
        #expect(throws: ConfigurationFailure.malformedDirectory("more than 65 parts")) {
            try sample.read(sample.text(inner: many), at: Self.now)
        }
    }

    /// A delimiter is a whole line: a longer one that begins alike belongs to the content.
    @Test func delimitersDoNotMatchByPrefix() throws {
        let sample = DirectorySample(signer: signer)
        let inner = DirectorySample.inner.replacing("boundary=inner", with: "boundary=outer2").replacing(
            "--inner", with: "--outer2")
        let directory = try sample.read(sample.text(inner: inner, innerBoundary: "outer2"), at: Self.now)
        #expect(directory.entries.count == 2)
    }
}

/// A directory composed by hand and signed with the tool.
struct DirectorySample {
    let signer: ToolIdentity

    static let inner = """
        --inner
        Expire-date: 2027-02-01T00:00:00Z

        --inner
        Content-type: application/octet-stream
        Content-transfer-encoding: base64
        Content-identifier: PRIVATE-PARAMETERS; instance='EE'
        Content-location: /private
        Hash-algorithm-id: http://www.w3.org/2001/04/xmlenc#sha512

        \(hash)
        --inner
        Content-type: application/octet-stream
        Content-transfer-encoding: base64
        Content-identifier: SHARED-PARAMETERS; instance="EE"
        Content-location: /shared
        Hash-algorithm-id: http://www.w3.org/2001/04/xmlenc#sha512

        \(hash)
        --inner--
        """
    private static let hash = String(repeating: "A", count: 86) + "=="

    func text(inner: String = inner, innerBoundary: String = "inner", lineBreak: String = "\n") throws -> String {
        let signed = inner.replacing("\n", with: lineBreak)
        let algorithm = try #require(SignatureAlgorithm.matching(key: signer.key.publicKey.kind, digest: .sha512))
        let signature = try signer.key.sign(Array(signed.utf8), algorithm: algorithm, encoding: .der)
        let lines = """
            Content-Type: multipart/related; charset=UTF-8; boundary=outer

            --outer
            Content-Type: multipart/mixed; charset=UTF-8; boundary=\(innerBoundary)

            @
            --outer
            Content-type: application/octet-stream
            Content-transfer-encoding: base64
            Signature-algorithm-id: \(algorithm.uri)
            Verification-certificate-hash: \(Base64.encode(signer.certificate.digest(.sha512)));
                hash-algorithm-id="http://www.w3.org/2001/04/xmlenc#sha512"

            \(Base64.encode(signature))
            --outer--
            """
        return lines.replacing("\n", with: lineBreak).replacing("@", with: signed)
    }

    func read(_ text: String, at instant: Instant) throws -> SignedDirectory {
        try SignedDirectory.verified(Array(text.utf8), certificates: [signer.certificate.der], at: instant)
    }
}

/// What an attacker on the way can do to a directory.
@Suite struct AlteredDirectoryTests {
    /// One byte changed anywhere: either it is refused, or it was outside of what counts and the content is the same.
    @Test func noAlterationChangesTheContent() throws {
        let signer = try ToolIdentity("/CN=configuration")
        let sample = DirectorySample(signer: signer)
        let now = Instant(secondsSince1970: 1_800_000_000)
        let text = try sample.text(lineBreak: "\r\n")
        let original = try sample.read(text, at: now)
        let bytes = Array(text.utf8)
        var refused = 0
        for index in bytes.indices {
            for replacement: UInt8 in [0x0A, 0x2D, bytes[index] ^ 0x20] where replacement != bytes[index] {
                var altered = bytes
                altered[index] = replacement
                do {
                    let read = try SignedDirectory.verified(altered, certificates: [signer.certificate.der], at: now)
                    #expect(read == original, "byte \(index)")
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count * 2)
    }

    @Test func everyTruncationIsRefused() throws {
        let signer = try ToolIdentity("/CN=configuration")
        let sample = DirectorySample(signer: signer)
        let bytes = Array(try sample.text().utf8)
        for length in 0..<(bytes.count - 1) {
            #expect(throws: ConfigurationFailure.self) {
                try SignedDirectory.verified(
                    Array(bytes.prefix(length)), certificates: [signer.certificate.der],
                    at: Instant(secondsSince1970: 1_800_000_000))
            }
        }
    }
}
