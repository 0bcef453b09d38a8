import GlobalConfiguration
import PKI
import TestSupport
import Testing
import XRoadModel

/// Signed directories made by X-Road, each with the outcome that X-Road gives it.
@Suite struct SignedDirectoryVectorTests {
    private static let instant = Instant(iso8601: "2026-01-01T00:00:00Z")

    private func read(_ name: String, signer: String = "consumer", at: Instant? = instant) throws -> SignedDirectory? {
        guard let download = try Vectors.bytes("signed-configuration/\(name).txt"),
            let pem = try Vectors.bytes("certificates/\(signer).pem")
        else { return nil }
        let certificates = try Certificate.all(pem: String(decoding: pem, as: UTF8.self)).map(\.der)
        return try SignedDirectory.verified(download, certificates: certificates, at: #require(at))
    }

    @Test func simple() throws {
        guard let directory = try read("test-conf-simple") else { return }
        #expect(directory.expires == Instant(iso8601: "2026-05-20T17:42:55Z"))
        #expect(directory.version == 2)
        #expect(directory.entries.map(\.location) == ["/private-params.xml", "/shared-params.xml", "/foo.xml"])
        #expect(directory.entries.map(\.content) == [.privateParameters, .sharedParameters, .other("FOO")])
        #expect(directory.entries.allSatisfy { $0.instance == "EE" && $0.hashAlgorithm == .sha512 })
        let shared = try #require(try Vectors.bytes("signed-configuration/test-conf-simple/EE/shared-params.xml"))
        try directory.entries[1].verify(shared)
        #expect(throws: ConfigurationFailure.partAltered("/shared-params.xml")) {
            try directory.entries[1].verify(shared + [0x0A])
        }
    }

    @Test func detached() throws {
        guard let directory = try read("test-conf-detached") else { return }
        #expect(directory.entries.map(\.content) == [.privateParameters])
    }

    @Test func endOfValidityIsTheLastValidInstant() throws {
        let expires = try #require(Instant(iso8601: "2026-05-20T17:42:55Z"))
        _ = try read("test-conf-simple", at: expires)
        guard try Vectors.bytes("signed-configuration/test-conf-simple.txt") != nil else { return }
        #expect(throws: ConfigurationFailure.expired(expires)) {
            try read("test-conf-simple", at: Instant(millisecondsSince1970: expires.millisecondsSince1970 + 1))
        }
    }

    static let refused: [(name: String, signer: String, failure: ConfigurationFailure)] = [
        ("test-conf-simple", "producer", .unknownVerificationCertificate),
        ("test-conf-malformed", "consumer", .malformedDirectory("the multipart has no end")),
        ("test-conf-missing-date", "consumer", .missingField("Expire-date")),
        ("test-conf-missing-signature", "consumer", .invalidSignature),
        ("test-conf-invalid-signature", "consumer", .invalidSignature),
        ("conf1", "consumer", .missingField("Verification-certificate-hash")),
    ]

    @Test(arguments: refused)
    func refuses(_ vector: (name: String, signer: String, failure: ConfigurationFailure)) throws {
        guard try Vectors.bytes("signed-configuration/\(vector.name).txt") != nil else { return }
        #expect(throws: vector.failure) { try read(vector.name, signer: vector.signer) }
    }
}
