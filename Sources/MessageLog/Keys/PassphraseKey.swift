import PKI

/// The key that the server's passphrase gives; it seals the members' keys.
package struct PassphraseKey: Sendable {
    package static let saltLength = 16

    private let secret: SecretBytes

    package init(passphrase: SecretBytes, salt: [UInt8], cost: PassphraseCost) throws(MessageLogFailure) {
        do { secret = try cost.key(from: passphrase, salt: salt) } catch { throw .sealingFailed(reason: "\(error)") }
    }

    /// Kept beside the salt: by it a wrong passphrase is told from damage.
    package func makeCheck() throws(MessageLogFailure) -> [UInt8] {
        try Self.checkText.withUnsafeBufferPointer { text throws(MessageLogFailure) in try seal(text, as: Self.checkName) }
    }

    package func fits(_ check: [UInt8]) throws(MessageLogFailure) -> Bool { try open(check, as: Self.checkName) != nil }

    func seal(_ key: UnsafeBufferPointer<UInt8>, as name: [UInt8]) throws(MessageLogFailure) -> [UInt8] {
        try secret.withBytes { secret throws(MessageLogFailure) in try SealedKey.seal(key, under: secret, aad: name) }
    }

    func open(_ sealed: [UInt8], as name: [UInt8]) throws(MessageLogFailure) -> SecretBytes? {
        try secret.withBytes { secret throws(MessageLogFailure) in try SealedKey.open(sealed, under: secret, aad: name) }
    }

    private static let checkName = Array("ura passphrase check 1".utf8)
    private static let checkText = [UInt8](repeating: 0, count: AuthenticatedEncryption.keyLength)
}

/// A key under another: random nonce, ciphertext, tag.
enum SealedKey {
    static func seal(
        _ key: UnsafeBufferPointer<UInt8>, under secret: UnsafeBufferPointer<UInt8>, aad: [UInt8]
    ) throws(MessageLogFailure) -> [UInt8] {
        let nonce = Randomness.bytes(AuthenticatedEncryption.nonceLength)
        do {
            return nonce + (try AuthenticatedEncryption.seal(key, key: secret, nonce: nonce, aad: aad))
        } catch {
            throw .sealingFailed(reason: "\(error)")
        }
    }

    /// Nil where it does not open.
    static func open(
        _ sealed: [UInt8], under secret: UnsafeBufferPointer<UInt8>, aad: [UInt8]
    ) throws(MessageLogFailure) -> SecretBytes? {
        let nonce = Array(sealed.prefix(AuthenticatedEncryption.nonceLength))
        let rest = Array(sealed.dropFirst(nonce.count))
        let length = rest.count - AuthenticatedEncryption.tagLength
        guard length > 0 else { return nil }
        do {
            var isOpen = false
            let opened = try SecretBytes(count: length) { output throws(PKIFailure) in
                isOpen = try AuthenticatedEncryption.open(rest, key: secret, nonce: nonce, aad: aad, into: output)
            }
            return isOpen ? opened : nil
        } catch {
            throw .sealingFailed(reason: "\(error)")
        }
    }

    static func bigEndian(_ number: Int64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
}
