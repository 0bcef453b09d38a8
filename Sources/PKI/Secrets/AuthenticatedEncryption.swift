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
        try key.withUnsafeBufferPointer { key throws(PKIFailure) in
            try plain.withUnsafeBufferPointer { plain throws(PKIFailure) in
                try seal(plain, key: key, nonce: nonce, aad: aad)
            }
        }
    }

    /// The same with a key, and perhaps content, that must not be copied.
    package static func seal(
        _ plain: UnsafeBufferPointer<UInt8>, key: UnsafeBufferPointer<UInt8>, nonce: [UInt8], aad: [UInt8]
    ) throws(PKIFailure) -> [UInt8] {
        try check(key: key, nonce: nonce)
        var status = URA_FAILED
        let sealed = [UInt8](unsafeUninitializedCapacity: plain.count + tagLength) { output, count in
            guard let start = output.baseAddress else { return }
            status = ura_gcm_seal(
                key.baseAddress, nonce, aad, aad.count, plain.baseAddress, plain.count, start, start + plain.count)
            count = status == URA_OK ? plain.count + tagLength : 0
        }
        guard status == URA_OK else { throw .cryptography(reason: libraryReason()) }
        return sealed
    }

    /// What was sealed; nil where key, nonce, `aad`, ciphertext or tag is not the one it was sealed with.
    package static func open(
        _ sealed: [UInt8], key: [UInt8], nonce: [UInt8], aad: [UInt8] = []
    ) throws(PKIFailure) -> [UInt8]? {
        try key.withUnsafeBufferPointer { key throws(PKIFailure) in try open(sealed, key: key, nonce: nonce, aad: aad) }
    }

    package static func open(
        _ sealed: [UInt8], key: UnsafeBufferPointer<UInt8>, nonce: [UInt8], aad: [UInt8]
    ) throws(PKIFailure) -> [UInt8]? {
        guard sealed.count >= tagLength else { return nil }
        let length = sealed.count - tagLength
        var isOpen = false
        let plain = try [UInt8](unsafeUninitializedCapacity: max(length, 1)) { output, count throws(PKIFailure) in
            isOpen = try open(sealed, key: key, nonce: nonce, aad: aad, into: output)
            count = isOpen ? length : 0
        }
        return isOpen ? plain : nil
    }

    /// Opens into memory that the caller wipes; `output` has room for what was sealed. False where it does not open.
    package static func open(
        _ sealed: [UInt8], key: UnsafeBufferPointer<UInt8>, nonce: [UInt8], aad: [UInt8],
        into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(PKIFailure) -> Bool {
        try check(key: key, nonce: nonce)
        let length = sealed.count - tagLength
        guard length >= 0, output.count >= length else { return false }
        let status = sealed.withUnsafeBufferPointer { input in
            guard let start = input.baseAddress else { return URA_MALFORMED }
            return ura_gcm_open(
                key.baseAddress, nonce, aad, aad.count, start, length, start + length, output.baseAddress)
        }
        switch status {
        case URA_OK: return true
        case URA_MALFORMED: return false
        default: throw .cryptography(reason: libraryReason())
        }
    }

    private static func check(key: UnsafeBufferPointer<UInt8>, nonce: [UInt8]) throws(PKIFailure) {
        guard key.count == keyLength else { throw .unacceptableKey(reason: "AES-256 key of \(key.count) bytes") }
        guard nonce.count == nonceLength else { throw .unacceptableKey(reason: "GCM nonce of \(nonce.count) bytes") }
    }
}
