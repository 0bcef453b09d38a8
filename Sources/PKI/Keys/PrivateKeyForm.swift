import CSecurity

/// How a private key of any kind is written: PKCS#8 as PEM.
enum PrivateKeyForm {
    /// Reads PKCS#8, encrypted or not, and the older PEM forms; the caller owns the key.
    static func read(_ pem: [UInt8], passphrase: UnsafeBufferPointer<UInt8>) throws(PKIFailure) -> OpaquePointer {
        var key: OpaquePointer?
        guard ura_key_read_private(pem, pem.count, passphrase.baseAddress, passphrase.count, &key) == URA_OK, let key else {
            throw failure(libraryReason())
        }
        return key
    }

    /// Under AES-256-CBC with a key by PBKDF2-HMAC-SHA-256; the passphrase has 1 to 1024 bytes.
    static func write(_ key: OpaquePointer, passphrase: UnsafeBufferPointer<UInt8>) throws(PKIFailure) -> [UInt8] {
        let pem = ura_buffer.collected { ura_key_write_private(key, passphrase.baseAddress, passphrase.count, &$0) }
        guard let pem else { throw .cryptography(reason: libraryReason()) }
        return pem
    }

    /// OpenSSL tells a wrong passphrase by the padding that does not fit.
    private static func failure(_ reason: String) -> PKIFailure {
        reason.contains("bad decrypt") || reason.contains("cipherfinal error") || reason.contains("bad password")
            ? .wrongPassphrase : .malformed(.privateKey, reason: reason)
    }
}
