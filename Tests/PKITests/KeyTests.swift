import PKI
import TestSupport
import Testing

@Suite struct KeyTests {
    private static let message = Array("message".utf8)

    @Test(arguments: [PrivateKey.Kind.rsa(bits: 2048), .p256, .p384])
    func signsForOpenSSL(kind: PrivateKey.Kind) throws {
        let key = try PrivateKey.generate(kind)
        let folder = try TemporaryFolder()
        let message = try folder.write("message", Self.message)
        let publicKey = try folder.write("key", key.publicKey.subjectPublicKeyInfo)
        for algorithm in SignatureAlgorithm.allCases
        where algorithm == .matching(key: key.publicKey.kind, digest: algorithm.digest) {
            let signature = try key.sign(Self.message, algorithm: algorithm, encoding: .der)
            let file = try folder.write("signature", signature)
            let referee = try runTool(
                "openssl",
                [
                    "dgst", "-" + algorithm.digest.rawValue, "-keyform", "DER", "-verify", publicKey.path, "-signature",
                    file.path, message.path,
                ])
            #expect(referee.text == "Verified OK\n", "\(algorithm) \(referee.errors)")
            let fixed = try key.sign(Self.message, algorithm: algorithm)
            #expect(key.publicKey.verifies(fixed, of: Self.message, algorithm: algorithm))
            #expect(key.publicKey.verifies(signature, of: Self.message, algorithm: algorithm, encoding: .der))
            #expect(!key.publicKey.verifies(fixed, of: Self.message + [0], algorithm: algorithm))
        }
    }

    @Test(arguments: [("EC", "P-256"), ("EC", "P-384"), ("EC", "P-521"), ("RSA", "2048")])
    func readsKeysAndSignaturesOfOpenSSL(type: String, size: String) throws {
        let folder = try TemporaryFolder()
        let option = type == "EC" ? "ec_paramgen_curve:" + size : "rsa_keygen_bits:" + size
        let pem = try runTool("openssl", ["genpkey", "-algorithm", type, "-pkeyopt", option]).output
        let key = try PrivateKey(pem: pem, passphrase: [])
        let file = try folder.write("key", pem)
        let signature = try runTool("openssl", ["dgst", "-sha384", "-sign", file.path], input: Self.message).output
        let algorithm = try #require(SignatureAlgorithm.matching(key: key.publicKey.kind, digest: .sha384))
        #expect(key.publicKey.verifies(signature, of: Self.message, algorithm: algorithm, encoding: .der))
        #expect(!key.publicKey.verifies(signature + [0], of: Self.message, algorithm: algorithm, encoding: .der))
        #expect(!key.publicKey.verifies(Array(signature.dropLast()), of: Self.message, algorithm: algorithm, encoding: .der))
        let same = try PublicKey(subjectPublicKeyInfo: key.publicKey.subjectPublicKeyInfo)
        #expect(same == key.publicKey && same.kind == key.publicKey.kind)
    }

    @Test func encryptedKeyOpensWithOpenSSLAndHere() throws {
        let key = try PrivateKey.generate(.p256)
        let pem = try key.encryptedPEM(passphrase: Array("correct".utf8))
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        let referee = try runTool("openssl", ["pkey", "-passin", "pass:correct", "-pubout", "-outform", "DER"], input: pem)
        #expect(referee.output == key.publicKey.subjectPublicKeyInfo, "\(referee.errors)")
        #expect(try PrivateKey(pem: pem, passphrase: Array("correct".utf8)).publicKey == key.publicKey)
        #expect(throws: PKIFailure.wrongPassphrase) { try PrivateKey(pem: pem, passphrase: Array("wrong".utf8)) }
        #expect(throws: PKIFailure.self) { try PrivateKey(pem: pem, passphrase: []) }
        #expect(throws: PKIFailure.self) { try key.encryptedPEM(passphrase: []) }
    }

    @Test func refusesSignaturesOutOfRange() throws {
        let key = try PrivateKey.generate(.p256)
        let good = try key.sign(Self.message, algorithm: .ecdsaSHA256)
        let order = try #require(Hexadecimal.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        let zero = [UInt8](repeating: 0, count: 32)
        let r = Array(good[..<32])
        let s = Array(good[32...])
        let shorter = Array(good.dropLast())
        let forged: [[UInt8]] = [zero + zero, zero + s, r + zero, order + s, r + order, shorter, [0] + good, good + [0], []]
        #expect(good.count == 64)
        for signature in forged { #expect(!key.publicKey.verifies(signature, of: Self.message, algorithm: .ecdsaSHA256)) }
        #expect(!key.publicKey.verifies(good, of: Self.message, algorithm: .ecdsaSHA512))
        #expect(!key.publicKey.verifies(good, of: Self.message, algorithm: .rsaSHA256))
        #expect(throws: PKIFailure.self) { try key.sign(Self.message, algorithm: .rsaSHA256) }
    }

    @Test func algorithmIdentifiers() {
        #expect(SignatureAlgorithm.rsaSHA512.uri == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512")
        #expect(SignatureAlgorithm(uri: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256") == .ecdsaSHA256)
        #expect(SignatureAlgorithm(uri: "http://www.w3.org/2000/09/xmldsig#hmac-sha1") == nil)
        #expect(SignatureAlgorithm.matching(key: .ec(curve: .p256), digest: .sha512) == .ecdsaSHA512)
        #expect(SignatureAlgorithm.matching(key: .rsa(bits: 2048), digest: .sha1) == nil)
    }
}
