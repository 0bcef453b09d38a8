import PKI

/// Private keys in files: PKCS#8 as encrypted PEM, mode 0600.
package enum KeyFile {
    private static let maximumBytes = 65_536
    private static let heading = Array("-----BEGIN ENCRYPTED PRIVATE KEY-----".utf8)

    /// Refuses a file that others may read and a key that is not encrypted.
    package static func load(path: String, passphrase: Passphrase) throws(KeyVaultFailure) -> PrivateKey {
        try load(path: path, passphrase: passphrase, PrivateKey.init(pem:passphrase:))
    }

    /// As `load`, a key that signs checkpoints.
    package static func loadEd25519(path: String, passphrase: Passphrase) throws(KeyVaultFailure) -> Ed25519PrivateKey {
        try load(path: path, passphrase: passphrase, Ed25519PrivateKey.init(pem:passphrase:))
    }

    /// Makes a key and its file; refuses to replace one.
    package static func create(
        path: String, kind: PrivateKey.Kind, passphrase: Passphrase
    ) throws(KeyVaultFailure) -> PrivateKey {
        try create(path: path, passphrase: passphrase) { passphrase throws(PKIFailure) in
            let key = try PrivateKey.generate(kind)
            return (key, try key.encryptedPEM(passphrase: passphrase))
        }
    }

    /// As `create`, a key that signs checkpoints.
    package static func createEd25519(path: String, passphrase: Passphrase) throws(KeyVaultFailure) -> Ed25519PrivateKey {
        try create(path: path, passphrase: passphrase) { passphrase throws(PKIFailure) in
            let key = try Ed25519PrivateKey.generate()
            return (key, try key.encryptedPEM(passphrase: passphrase))
        }
    }

    private static func load<Key>(
        path: String, passphrase: Passphrase, _ read: ([UInt8], UnsafeBufferPointer<UInt8>) throws(PKIFailure) -> Key
    ) throws(KeyVaultFailure) -> Key {
        let pem = try PrivateFile.read(path, limit: maximumBytes).withBytes { Array($0) }
        guard pem.firstRange(of: heading) != nil else { throw .notEncrypted(path: path) }
        do {
            return try passphrase.secret.withBytes { bytes throws(PKIFailure) in try read(pem, bytes) }
        } catch {
            throw .key(path: path, error)
        }
    }

    private static func create<Key>(
        path: String, passphrase: Passphrase,
        _ make: (UnsafeBufferPointer<UInt8>) throws(PKIFailure) -> (key: Key, pem: [UInt8])
    ) throws(KeyVaultFailure) -> Key {
        let made: (key: Key, pem: [UInt8])
        do {
            made = try passphrase.secret.withBytes(make)
        } catch {
            throw .key(path: path, error)
        }
        try PrivateFile.create(path, made.pem)
        return made.key
    }
}
