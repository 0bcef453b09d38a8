import CSecurity

/// AES-256-GCM (NIST SP 800-38D). A nonce must never be used twice with the same key.
package enum AuthenticatedEncryption {
    package static let keyLength = 32
    package static let nonceLength = 12
    package static let tagLength = 16

    /// The ciphertext followed by its tag. `aad` is authenticated, not encrypted.
    package static func seal(
        _ plain: [UInt8], key: [UInt8], nonce: [UInt8], aad: [UInt8] = []
    ) throws(PKIFailure) -> [UInt8] {
        try check(key: key, nonce: nonce)
        var status = URA_FAILED
        let sealed = [UInt8](unsafeUninitializedCapacity: plain.count + tagLength) { output, count in
            guard let start = output.baseAddress else { return }
            status = ura_gcm_seal(key, nonce, aad, aad.count, plain, plain.count, start, start + plain.count)
            count = status == URA_OK ? plain.count + tagLength : 0
        }
        guard status == URA_OK else { throw .cryptography(reason: libraryReason()) }
        return sealed
    }

    /// What was sealed; nil where key, nonce, `aad`, ciphertext or tag is not the one it was sealed with.
    package static func open(
        _ sealed: [UInt8], key: [UInt8], nonce: [UInt8], aad: [UInt8] = []
    ) throws(PKIFailure) -> [UInt8]? {
        try check(key: key, nonce: nonce)
        guard sealed.count >= tagLength else { return nil }
        let length = sealed.count - tagLength
        var status = URA_FAILED
        let plain = sealed.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: max(length, 1)) { output, count in
                guard let start = input.baseAddress else { return }
                status = ura_gcm_open(key, nonce, aad, aad.count, start, length, start + length, output.baseAddress)
                count = status == URA_OK ? length : 0
            }
        }
        switch status {
        case URA_OK: return plain
        case URA_MALFORMED: return nil
        default: throw .cryptography(reason: libraryReason())
        }
    }

    private static func check(key: [UInt8], nonce: [UInt8]) throws(PKIFailure) {
        guard key.count == keyLength else { throw .unacceptableKey(reason: "AES-256 key of \(key.count) bytes") }
        guard nonce.count == nonceLength else { throw .unacceptableKey(reason: "GCM nonce of \(nonce.count) bytes") }
    }
}
