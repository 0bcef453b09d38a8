import CSecurity

/// HMAC-SHA-256 (RFC 2104): a digest that only holders of the key can make.
package enum KeyedDigest {
    package static func sha256(_ bytes: [UInt8], key: UnsafeBufferPointer<UInt8>) throws(PKIFailure) -> [UInt8] {
        var status = URA_FAILED
        let digest = [UInt8](unsafeUninitializedCapacity: Int(URA_HMAC_LENGTH)) { output, count in
            status = ura_hmac_sha256(key.baseAddress, key.count, bytes, bytes.count, output.baseAddress)
            count = status == URA_OK ? Int(URA_HMAC_LENGTH) : 0
        }
        guard status == URA_OK else { throw .cryptography(reason: libraryReason()) }
        return digest
    }
}
