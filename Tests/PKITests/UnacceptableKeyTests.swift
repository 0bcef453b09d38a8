import PKI
import TestSupport
import Testing

/// Keys that no policy accepts, made by OpenSSL or by changing a good one.
@Suite struct UnacceptableKeyTests {
    @Test(arguments: [
        ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
        ["genpkey", "-algorithm", "ED25519"],
        ["genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
        ["genpkey", "-algorithm", "X25519"],
    ])
    func kindIsRefused(arguments: [String]) throws {
        let pem = try runTool("openssl", arguments).output
        let der = try runTool("openssl", ["pkey", "-pubout", "-outform", "DER"], input: pem).output
        #expect(!der.isEmpty)
        #expect(throws: PKIFailure.self) { try PrivateKey(pem: pem, passphrase: []) }
        #expect(throws: PKIFailure.self) { try PublicKey(subjectPublicKeyInfo: der) }
    }

    /// The exponent is the last integer of the encoding: 02 03 01 00 01.
    @Test(arguments: [[0x00, 0x00, 0x01], [0x01, 0x00, 0x00], [0x00, 0x00, 0x02], [0x00, 0x00, 0x00]] as [[UInt8]])
    func exponentIsRefused(exponent: [UInt8]) throws {
        let good = try PrivateKey.generate(.rsa(bits: 2048)).publicKey.subjectPublicKeyInfo
        #expect(good.suffix(5) == [2, 3, 1, 0, 1])
        #expect(throws: PKIFailure.self) { try PublicKey(subjectPublicKeyInfo: good.dropLast(3) + exponent) }
    }

    @Test func pointOffTheCurveIsRefused() throws {
        var der = try PrivateKey.generate(.p256).publicKey.subjectPublicKeyInfo
        der[der.count - 1] ^= 1
        #expect(throws: PKIFailure.self) { try PublicKey(subjectPublicKeyInfo: der) }
    }

    @Test func trailingAndMissingBytesAreRefused() throws {
        let der = try PrivateKey.generate(.p256).publicKey.subjectPublicKeyInfo
        #expect(throws: PKIFailure.self) { try PublicKey(subjectPublicKeyInfo: der + [0]) }
        for length in 0..<der.count {
            #expect(throws: PKIFailure.self) { try PublicKey(subjectPublicKeyInfo: Array(der[..<length])) }
        }
    }
}
