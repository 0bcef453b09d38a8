import PKI
import TestSupport
import Testing

@Suite struct DigestTests {
    private static let message = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    @Test(arguments: DigestAlgorithm.allCases)
    func agreesWithOpenSSL(algorithm: DigestAlgorithm) throws {
        let referee = try runTool("openssl", ["dgst", "-" + algorithm.rawValue, "-binary"], input: Self.message)
        #expect(referee.status == 0)
        #expect(algorithm.digest(Self.message) == referee.output)
        #expect(algorithm.digest(Self.message[...]) == referee.output)
        #expect(algorithm.digest(Self.message.lazy.map { $0 }) == referee.output)
        #expect(referee.output.count == algorithm.length)
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func streams(algorithm: DigestAlgorithm) {
        var digest = StreamingDigest(algorithm)
        digest.update(Self.message[..<1])
        digest.update([])
        var other = digest
        digest.update(Self.message[1...])
        other.update([9])
        #expect(digest.finish() == algorithm.digest(Self.message))
        #expect(digest.finish() == algorithm.digest([]))
        #expect(other.finish() == algorithm.digest([Self.message[0], 9]))
    }

    @Test func namesAndIdentifiers() {
        for algorithm in DigestAlgorithm.allCases {
            #expect(DigestAlgorithm(uri: algorithm.uri) == algorithm)
            #expect(DigestAlgorithm(name: algorithm.name) == algorithm)
        }
        #expect(DigestAlgorithm.sha512.uri == "http://www.w3.org/2001/04/xmlenc#sha512")
        #expect(DigestAlgorithm.sha384.uri == "http://www.w3.org/2001/04/xmldsig-more#sha384")
        #expect(DigestAlgorithm(uri: "http://www.w3.org/2001/04/xmldsig-more#md5") == nil)
        #expect(DigestAlgorithm(name: "sha-512") == nil)
    }
}
