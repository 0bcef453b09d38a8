import Foundation
import PKI
import TestSupport
import Testing

@Suite struct DerivationTests {
    private func digest(_ text: String, key: [UInt8]) throws -> String {
        try key.withUnsafeBufferPointer { Hexadecimal.encode(try KeyedDigest.sha256(Array(text.utf8), key: $0)) }
    }

    /// RFC 4231 4.2, 4.3 and 4.7 (a key that is longer than a block).
    @Test func keyedDigestOfTheStandard() throws {
        #expect(
            try digest("Hi There", key: [UInt8](repeating: 0x0b, count: 20))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            try digest("what do ya want for nothing?", key: Array("Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            try digest(
                "Test Using Larger Than Block-Size Key - Hash Key First", key: [UInt8](repeating: 0xaa, count: 131))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    private func key(_ passphrase: String, _ salt: String, _ cost: PassphraseCost) throws -> String {
        try cost.key(from: SecretBytes(Array(passphrase.utf8)), salt: Array(salt.utf8)).withBytes {
            Hexadecimal.encode(Array($0))
        }
    }

    /// RFC 7914 12, its first 32 of 64 bytes.
    @Test func passphraseKeyOfTheStandard() throws {
        let small = try #require(PassphraseCost(iterations: 1024, blockSize: 8, parallelism: 16))
        #expect(
            try key("password", "NaCl", small) == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162")
        let large = try #require(PassphraseCost(iterations: 16384, blockSize: 8, parallelism: 1))
        #expect(
            try key("pleaseletmein", "SodiumChloride", large)
                == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    }

    @Test func standardCostAgreesWithPython() throws {
        let script =
            "import hashlib; print(hashlib.scrypt(b'pass', salt=b'salt', n=2**15, r=8, p=1, maxmem=1<<26, dklen=32).hex())"
        let expected = try runTool("python3", ["-c", script]).text.trimmingCharacters(in: .newlines)
        #expect(try key("pass", "salt", .standard) == expected)
    }

    @Test(arguments: [(0, 8, 1), (1000, 8, 1), (1 << 21, 8, 1), (1 << 20, 64, 1), (1024, 0, 1), (1024, 8, 0), (1024, 8, 17)])
    func unreasonableCostIsRefused(_ iterations: Int, _ blockSize: Int, _ parallelism: Int) {
        #expect(PassphraseCost(iterations: iterations, blockSize: blockSize, parallelism: parallelism) == nil)
    }

    @Test func secretsAreFilled() {
        struct Stop: Error {}
        let secret = SecretBytes.random(32)
        #expect(secret.withBytes { $0.contains { $0 != 0 } })
        #expect(throws: Stop.self) { try SecretBytes(count: 4) { _ throws(Stop) in throw Stop() } }
    }
}
