import CSecurity

/// The public half of an Ed25519 key (RFC 8032 5.1.5): 32 bytes. Checkpoints of logs and their cosignatures are verified with it;
/// certificates and messages take other kinds of keys (`PublicKey`).
package struct Ed25519PublicKey: Hashable, Sendable {
    package static let length = Int(URA_ED25519_KEY)

    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes. That they are a point of the curve shows when something is verified.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    /// False for anything but the signature of this key.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        signature.count == Ed25519PrivateKey.signatureLength
            && ura_ed25519_verifies(bytes, message, message.count, signature) == 1
    }
}

/// An Ed25519 key pair in memory.
package final class Ed25519PrivateKey: Sendable {
    package static let signatureLength = Int(URA_ED25519_SIGNATURE)

    package let publicKey: Ed25519PublicKey
    private let object: CryptographicObject

    private init(adopting handle: OpaquePointer) throws(PKIFailure) {
        object = CryptographicObject(handle, release: ura_key_release)
        var status = URA_FAILED
        let bytes = [UInt8](unsafeUninitializedCapacity: Ed25519PublicKey.length) { output, count in
            status = ura_ed25519_public(handle, output.baseAddress)
            count = status == URA_OK ? Ed25519PublicKey.length : 0
        }
        guard status != URA_UNSUPPORTED else { throw .unacceptableKey(reason: "not an Ed25519 key") }
        guard let publicKey = Ed25519PublicKey(bytes: bytes) else { throw .cryptography(reason: libraryReason()) }
        self.publicKey = publicKey
    }

    package static func generate() throws(PKIFailure) -> Ed25519PrivateKey {
        var key: OpaquePointer?
        guard ura_key_generate(URA_KEY_ED25519, 0, &key) == URA_OK, let key else {
            throw .cryptography(reason: libraryReason())
        }
        return try Ed25519PrivateKey(adopting: key)
    }

    /// Reads PKCS#8, encrypted or not (RFC 8410 7).
    package convenience init(pem: [UInt8], passphrase: UnsafeBufferPointer<UInt8>) throws(PKIFailure) {
        try self.init(adopting: PrivateKeyForm.read(pem, passphrase: passphrase))
    }

    /// PKCS#8 under AES-256-CBC with a key by PBKDF2-HMAC-SHA-256; the passphrase has 1 to 1024 bytes.
    package func encryptedPEM(passphrase: UnsafeBufferPointer<UInt8>) throws(PKIFailure) -> [UInt8] {
        try PrivateKeyForm.write(object.pointer, passphrase: passphrase)
    }

    /// 64 bytes; the same each time (RFC 8032 5.1.6).
    package func sign(_ message: [UInt8]) throws(PKIFailure) -> [UInt8] {
        var status = URA_FAILED
        let signature = [UInt8](unsafeUninitializedCapacity: Self.signatureLength) { output, count in
            status = ura_ed25519_sign(object.pointer, message, message.count, output.baseAddress)
            count = status == URA_OK ? Self.signatureLength : 0
        }
        guard status == URA_OK else { throw .cryptography(reason: libraryReason()) }
        return signature
    }
}
