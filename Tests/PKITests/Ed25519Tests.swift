import KeyVault
import PKI
import TestSupport
import Testing

@Suite struct Ed25519Tests {
    /// RFC 8032 7.1, TEST 1 to TEST 3: public key, message, signature.
    static let vectors: [(key: String, message: String, signature: String)] = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]

    @Test(arguments: vectors)
    func knownSignaturesVerify(vector: (key: String, message: String, signature: String)) throws {
        let bytes = try #require(Hexadecimal.decode(vector.key))
        let key = try #require(Ed25519PublicKey(bytes: bytes))
        let message = try #require(Hexadecimal.decode(vector.message))
        let signature = try #require(Hexadecimal.decode(vector.signature))
        #expect(key.verifies(signature, of: message))
        #expect(!key.verifies(signature, of: message + [0]))
        #expect(!key.verifies(Array(signature.dropLast()), of: message))
        #expect(!key.verifies(signature + [0], of: message))
        for bit in 0..<512 {
            var forged = signature
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifies(forged, of: message))
        }
    }

    @Test func signsWithAKeyOfOpenSSL() throws {
        let folder = try TemporaryFolder()
        let pem = try runTool("openssl", ["genpkey", "-algorithm", "ED25519"]).output
        let file = try folder.write("key", pem)
        let message = try folder.write("message", Array("message".utf8))
        let key = try [UInt8]().withUnsafeBufferPointer { try Ed25519PrivateKey(pem: pem, passphrase: $0) }
        let referee = try runTool("openssl", ["pkeyutl", "-sign", "-inkey", file.path, "-rawin", "-in", message.path])
        #expect(try key.sign(Array("message".utf8)) == referee.output, "\(referee.errors)")
        #expect(key.publicKey.verifies(referee.output, of: Array("message".utf8)))
    }

    @Test func keyFilesAreEncryptedAndOpenAgain() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appendingPathComponent("log.key").path
        let passphrase = try Passphrase(Array("correct".utf8))
        let key = try KeyFile.createEd25519(path: path, passphrase: passphrase)
        #expect(try KeyFile.loadEd25519(path: path, passphrase: passphrase).publicKey == key.publicKey)
        #expect(throws: KeyVaultFailure.exists(path: path)) { try KeyFile.createEd25519(path: path, passphrase: passphrase) }
        #expect(throws: KeyVaultFailure.key(path: path, .wrongPassphrase)) {
            try KeyFile.loadEd25519(path: path, passphrase: Passphrase(Array("wrong".utf8)))
        }
        let referee = try runTool("openssl", ["pkey", "-passin", "pass:correct", "-in", path, "-pubout", "-outform", "DER"])
        #expect(Array(referee.output.suffix(32)) == key.publicKey.bytes, "\(referee.errors)")
    }

    /// A key of checkpoints signs no messages and has no certificate, and the other way round.
    @Test func kindsOfKeysAreNotMistaken() throws {
        let folder = try TemporaryFolder()
        let passphrase = try Passphrase(Array("correct".utf8))
        let log = folder.url.appendingPathComponent("log.key").path
        let sign = folder.url.appendingPathComponent("sign.key").path
        _ = try KeyFile.createEd25519(path: log, passphrase: passphrase)
        _ = try KeyFile.create(path: sign, kind: .p256, passphrase: passphrase)
        #expect(throws: KeyVaultFailure.self) { try KeyFile.load(path: log, passphrase: passphrase) }
        #expect(throws: KeyVaultFailure.key(path: sign, .unacceptableKey(reason: "not an Ed25519 key"))) {
            try KeyFile.loadEd25519(path: sign, passphrase: passphrase)
        }
    }
}
