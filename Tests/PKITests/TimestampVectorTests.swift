import PKI
import TestSupport
import Testing
import XRoadModel

/// Time-stamp tokens of X-Road's own tests, under the authorities of its test configurations.
@Suite struct TimestampVectorTests {
    /// The approved authority of a configuration. One of them holds PEM where DER belongs.
    private static func authority(_ path: String) throws -> Certificate? {
        guard let bytes = try Vectors.bytes(path),
            let section = String(decoding: bytes, as: UTF8.self).split(separator: "<approvedTSA>").dropFirst().first,
            let value = CapturedText(plain: Array(section.utf8)).base64Values(of: "cert").first
        else { return nil }
        return try Certificate.all(pem: String(decoding: value, as: UTF8.self)).first ?? Certificate(der: value)
    }

    /// Made in 2012 with an RSA key of 1024 bits, in BER of indefinite length.
    private func verdict(_ token: String, policy: TimestampPolicy, change: Bool = false) throws -> String? {
        guard let token = try Vectors.bytes("timestamps/" + token), var data = try Vectors.bytes("timestamps/stamped-data"),
            let authority = try Self.authority("globalconf/globalconf_good_v2/EE/shared-params.xml")
        else { return nil }
        if change { data[42] ^= 1 }
        let signed = try #require(Instant(iso8601: "2012-11-29T13:10:04Z"))
        do {
            let verified = try TimestampVerifier.verify(
                TimestampToken(der: token), of: data, signedAt: signed, approved: [authority], at: signed, policy: policy)
            return "by \(verified.signer.subject.rfc2253) at \(verified.token.generatedAt)"
        } catch { return error.description }
    }

    @Test func tokensOfOldTests() throws {
        let historical = TimestampPolicy(algorithms: .historical)
        guard let valid = try verdict("valid", policy: historical) else { return }
        #expect(valid == "by CN=timestamp1 at 2012-11-29T13:10:04.000Z")
        #expect(try verdict("valid", policy: TimestampPolicy())?.contains("RSA key of 1024 bits") == true)
        #expect(try verdict("valid", policy: historical, change: true)?.contains("stamps other data") == true)
        #expect(
            try verdict("invalid-signature", policy: historical)?.contains("signature is not by the key of CN=timestamp1") == true
        )
    }

    /// Tokens of containers: over the result of the time-stamp's hash chain, or over the signature's value.
    @Test(arguments: ["valid-batch-ts", "valid-non-batch-rest", "valid-non-batch-soap-attachments"])
    func tokensOfContainers(_ name: String) throws {
        guard let url = try Vectors.url("asic/\(name).asice"),
            let authority = try Self.authority("globalconf/globalconf_good2_v3/DEV/shared-params.xml")
        else { return }
        func entry(_ name: String) throws -> [UInt8] { try runTool("unzip", ["-p", url.path, name]).output }
        let token = try TimestampToken(der: entry("META-INF/timestamp.tst"))
        let result = try entry("ts-hashchainresult.xml")
        let signature = CapturedText(plain: try entry("META-INF/signatures.xml"))
        let data = result.isEmpty ? try #require(signature.base64Values(of: "ds:SignatureValue").first) : result
        let verified = try TimestampVerifier.verify(
            token, of: data, signedAt: token.generatedAt, approved: [authority], at: token.generatedAt)
        #expect(verified.signer.subject.rfc2253 == "CN=Test TSA,O=Test")
    }
}
