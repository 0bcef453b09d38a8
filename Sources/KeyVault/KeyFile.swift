import PKI

/// Private keys in files: PKCS#8 as encrypted PEM, mode 0600.
package enum KeyFile {
    private static let maximumBytes = 65_536
    private static let heading = Array("-----BEGIN ENCRYPTED PRIVATE KEY-----".utf8)

    /// Refuses a file that others may read and a key that is not encrypted.
    package static func load(path: String, passphrase: Passphrase) throws(KeyVaultFailure) -> PrivateKey {
        let pem = try PrivateFile.read(path, limit: maximumBytes).withBytes { Array($0) }
        guard pem.firstRange(of: heading) != nil else { throw .notEncrypted(path: path) }
        do {
            return try passphrase.secret.withBytes { bytes throws(PKIFailure) in try PrivateKey(pem: pem, passphrase: bytes) }
        } catch {
            throw .key(path: path, error)
        }
    }

    /// Makes a key and its file; refuses to replace one.
    package static func create(
        path: String, kind: PrivateKey.Kind, passphrase: Passphrase
    ) throws(KeyVaultFailure) -> PrivateKey {
        let key: PrivateKey
        let pem: [UInt8]
        do {
            key = try PrivateKey.generate(kind)
            pem = try passphrase.secret.withBytes { bytes throws(PKIFailure) in try key.encryptedPEM(passphrase: bytes) }
        } catch {
            throw .key(path: path, error)
        }
        try PrivateFile.create(path, pem)
        return key
    }
}
