import Foundation
import KeyVault
import PKI
import TestSupport
import Testing

@Suite struct KeyVaultTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    private func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let file = try folder.write(name, Array(text.utf8))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        return file.path
    }

    @Test(arguments: [PrivateKey.Kind.rsa(bits: 2048), .p256])
    func keyIsKept(kind: PrivateKey.Kind) throws {
        let file = path("key")
        let passphrase = try Passphrase(Array("pass".utf8))
        let key = try KeyFile.create(path: file, kind: kind, passphrase: passphrase)
        let loaded = try KeyFile.load(path: file, passphrase: passphrase)
        #expect(loaded.publicKey == key.publicKey)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let referee = try runTool("openssl", ["pkey", "-in", file, "-passin", "pass:pass", "-pubout", "-outform", "DER"])
        #expect(referee.output == key.publicKey.subjectPublicKeyInfo)
        #expect(throws: KeyVaultFailure.exists(path: file)) { try KeyFile.create(path: file, kind: kind, passphrase: passphrase) }
        #expect(throws: KeyVaultFailure.key(path: file, .wrongPassphrase)) {
            try KeyFile.load(path: file, passphrase: Passphrase(Array("wrong".utf8)))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["key"])
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o620, 0o601, 0o777])
    func fileThatOthersMayUse(mode: Int) throws {
        let file = try write("key", "x", mode: mode)
        let failure = KeyVaultFailure.notPrivate(path: file, mode: UInt32(mode))
        // Run as root:root, the one mode that a service credential has is accepted.
        if mode == 0o640, geteuid() == 0, getegid() == 0 {
            #expect(throws: Never.self) { try FilePermissions.requirePrivate(file) }
        } else {
            #expect(throws: failure) { try FilePermissions.requirePrivate(file) }
            #expect(throws: failure) { try Passphrase.read(from: .file(file)) }
            #expect(throws: failure) { try KeyFile.load(path: file, passphrase: Passphrase([1])) }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away")) func fileOfAnotherUser() throws {
        let file = try write("secret", "x")
        #expect(chown(file, 1234, 1234) == 0)
        #expect(throws: KeyVaultFailure.foreignOwner(path: file, user: 1234)) { try Passphrase.read(from: .file(file)) }
    }

    @Test func whatIsNoRegularFile() throws {
        let file = try write("secret", "x")
        try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: file)
        #expect(throws: KeyVaultFailure.notRegular(path: path("link"))) { try FilePermissions.requirePrivate(path("link")) }
        #expect(throws: KeyVaultFailure.self) { try Passphrase.read(from: .file(path("link"))) }
        #expect(throws: KeyVaultFailure.notRegular(path: folder.url.path)) { try Passphrase.read(from: .file(folder.url.path)) }
        #expect(throws: KeyVaultFailure.notRegular(path: "/dev/null")) { try Passphrase.read(from: .file("/dev/null")) }
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        #expect(throws: KeyVaultFailure.notRegular(path: path("pipe"))) { try Passphrase.read(from: .file(path("pipe"))) }
        #expect(throws: KeyVaultFailure.file(path: path("none"), reason: "No such file or directory")) {
            try Passphrase.read(from: .file(path("none")))
        }
    }

    @Test(arguments: [("pass\n", "pass"), ("pass", "pass"), ("pass\n\n", "pass\n"), ("p a ß", "p a ß")])
    func passphraseFromFileAndDescriptor(content: String, passphrase: String) throws {
        let key = try PrivateKey.generate(.p256)
        let keyFile = try write("key", String(decoding: key.encryptedPEM(passphrase: Array(passphrase.utf8)), as: UTF8.self))
        let secret = try write("secret", content)
        #expect(try KeyFile.load(path: keyFile, passphrase: .read(from: .file(secret))).publicKey == key.publicKey)
        let descriptor = open(secret, O_RDONLY)
        #expect(try KeyFile.load(path: keyFile, passphrase: .read(from: .fileDescriptor(descriptor))).publicKey == key.publicKey)
    }

    @Test func passphraseThatIsNone() throws {
        for content in ["", "\n"] {
            let file = try write("secret", content)
            #expect(throws: KeyVaultFailure.emptyPassphrase(source: file)) { try Passphrase.read(from: .file(file)) }
        }
        let long = try write("long", String(repeating: "x", count: 1025))
        #expect(throws: KeyVaultFailure.tooLarge(path: long, limit: 1024)) { try Passphrase.read(from: .file(long)) }
        #expect(throws: KeyVaultFailure.self) { try Passphrase.read(from: .fileDescriptor(-1)) }
    }

    @Test func keyInClearIsRefused() throws {
        let clear = try runTool("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]).text
        let file = try write("key", clear)
        #expect(throws: KeyVaultFailure.notEncrypted(path: file)) { try KeyFile.load(path: file, passphrase: Passphrase([1])) }
    }

    @Test func durableFileReplaces() throws {
        try DurableFile.replace(path("file"), [1])
        try DurableFile.replace(path("file"), [2, 3])
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path("file")))) == [2, 3])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["file"])
        #expect(throws: KeyVaultFailure.self) { try DurableFile.replace(path("none/file"), [1]) }
    }
}
