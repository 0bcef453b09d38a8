import PKI

/// Seals and opens what one record holds, each part under its own counter. The counters are the nonces: the key is this record's
/// alone, and nothing is sealed twice under one counter.
package struct RecordSeal: Sendable {
    package static let messageCounter = 0
    package static let evidenceCounter = 1

    /// Attachments are numbered from 0.
    package static func attachmentCounter(_ index: Int) -> Int { 2 + index }

    private let key: RecordKey

    package init(key: RecordKey) { self.key = key }

    package func seal(_ plain: [UInt8], counter: Int) throws(MessageLogFailure) -> [UInt8] {
        do {
            return try key.withBytes { key throws(PKIFailure) in
                try plain.withUnsafeBufferPointer { plain throws(PKIFailure) in
                    try AuthenticatedEncryption.seal(
                        plain, key: key, nonce: Self.nonce(counter), aad: Self.additionalData(counter))
                }
            }
        } catch {
            throw .sealingFailed(reason: "\(error)")
        }
    }

    /// Nil where it is not what was sealed under `counter`.
    package func open(_ sealed: [UInt8], counter: Int) throws(MessageLogFailure) -> [UInt8]? {
        do {
            return try key.withBytes { key throws(PKIFailure) in
                try AuthenticatedEncryption.open(
                    sealed, key: key, nonce: Self.nonce(counter), aad: Self.additionalData(counter))
            }
        } catch {
            throw .sealingFailed(reason: "\(error)")
        }
    }

    /// Binds the plain content into the leaf and says nothing without the key: HMAC-SHA-256 under a key of its own over the SHA-256
    /// of the message part as it is kept, with its length before it, and the SHA-512 of each body.
    package func commitment(message: [UInt8], attachmentDigests: [[UInt8]]) throws(MessageLogFailure) -> [UInt8] {
        var digest = StreamingDigest(.sha256)
        digest.update(SealedKey.bigEndian(Int64(message.count)))
        digest.update(message)
        for attachment in attachmentDigests { digest.update(attachment) }
        do {
            let own = try key.withBytes { key throws(PKIFailure) in
                try KeyedDigest.sha256(Array("ura commitment 1".utf8), key: key)
            }
            let content = digest.finish()
            return try own.withUnsafeBufferPointer { own throws(PKIFailure) in try KeyedDigest.sha256(content, key: own) }
        } catch {
            throw .sealingFailed(reason: "\(error)")
        }
    }

    private static func nonce(_ counter: Int) -> [UInt8] { [0, 0, 0, 0] + SealedKey.bigEndian(Int64(counter)) }

    private static func additionalData(_ counter: Int) -> [UInt8] {
        Array("ura record 1".utf8) + SealedKey.bigEndian(Int64(counter))
    }
}
