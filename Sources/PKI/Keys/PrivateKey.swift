import CSecurity

/// A key pair in memory.
package final class PrivateKey: Sendable {
    package enum Kind: Sendable, Hashable {
        /// 2048 to 8192 bits.
        case rsa(bits: Int)
        case p256
        case p384

        fileprivate var parameters: (type: ura_key_type, bits: Int32) {
            switch self {
            case .rsa(let bits): (URA_KEY_RSA, Int32(clamping: bits))
            case .p256: (URA_KEY_P256, 0)
            case .p384: (URA_KEY_P384, 0)
            }
        }
    }

    package let publicKey: PublicKey

    private init(adopting handle: OpaquePointer) throws(PKIFailure) {
        publicKey = try PublicKey(adopting: handle)
    }

    package static func generate(_ kind: Kind) throws(PKIFailure) -> PrivateKey {
        var key: OpaquePointer?
        guard ura_key_generate(kind.parameters.type, kind.parameters.bits, &key) == URA_OK, let key else {
            throw .cryptography(reason: libraryReason())
        }
        return try PrivateKey(adopting: key)
    }

    /// Reads PKCS#8, encrypted or not, and the older PEM forms.
    package convenience init(pem: [UInt8], passphrase: UnsafeBufferPointer<UInt8>) throws(PKIFailure) {
        try self.init(adopting: PrivateKeyForm.read(pem, passphrase: passphrase))
    }

    /// For a passphrase that need not be wiped.
    package convenience init(pem: [UInt8], passphrase: [UInt8]) throws(PKIFailure) {
        let handle = try passphrase.withUnsafeBufferPointer { buffer throws(PKIFailure) in
            try PrivateKeyForm.read(pem, passphrase: buffer)
        }
        try self.init(adopting: handle)
    }

    /// PKCS#8 under AES-256-CBC with a key by PBKDF2-HMAC-SHA-256; the passphrase has 1 to 1024 bytes.
    package func encryptedPEM(passphrase: UnsafeBufferPointer<UInt8>) throws(PKIFailure) -> [UInt8] {
        try PrivateKeyForm.write(handle, passphrase: passphrase)
    }

    /// For a passphrase that need not be wiped.
    package func encryptedPEM(passphrase: [UInt8]) throws(PKIFailure) -> [UInt8] {
        try passphrase.withUnsafeBufferPointer { buffer throws(PKIFailure) in try encryptedPEM(passphrase: buffer) }
    }

    package func sign(
        _ bytes: [UInt8], algorithm: SignatureAlgorithm, encoding: SignatureEncoding = .fixedLength
    ) throws(PKIFailure) -> [UInt8] {
        guard algorithm.fits(publicKey.kind) else {
            throw .unacceptableKey(reason: "\(publicKey.kind) does not sign with \(algorithm.rawValue)")
        }
        var status = URA_FAILED
        let signature = [UInt8](unsafeUninitializedCapacity: Int(URA_MAXIMUM_SIGNATURE)) { output, count in
            status = ura_key_sign(
                handle, algorithm.digest.method, encoding.form, bytes, bytes.count, output.baseAddress, &count)
            if status != URA_OK { count = 0 }
        }
        guard status == URA_OK else { throw .cryptography(reason: libraryReason()) }
        return signature
    }

    /// The shim's `ura_key`, for TLS; valid while this value lives.
    package var handle: OpaquePointer { publicKey.object.pointer }
}
