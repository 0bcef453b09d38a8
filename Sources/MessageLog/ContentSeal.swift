import PKI

/// The key of one content file. It exists in memory and, once the body is logged, in the body's row.
package struct ContentKey: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Nil unless `bytes` is an AES-256 key. A key seals one file only: nonces are counters.
    package init?(bytes: [UInt8]) {
        guard bytes.count == AuthenticatedEncryption.keyLength else { return nil }
        self.bytes = bytes
    }
}

/// The form of content files: the body in chunks of 64 KiB, each AES-256-GCM ciphertext and tag, without a header. Nonce and
/// additional data hold the chunk's number; the additional data also says which chunk is the last. So a chunk cannot be changed,
/// moved, left out or taken from another file, and a cut at a chunk's end shows. An empty body is one empty chunk.
package enum ContentSeal {
    package static let chunkLength = 64 << 10
    package static let sealedChunkLength = chunkLength + AuthenticatedEncryption.tagLength

    package static func seal(
        _ plain: [UInt8], number: Int, isLast: Bool, key: ContentKey
    ) throws(PKIFailure) -> [UInt8] {
        try AuthenticatedEncryption.seal(
            plain, key: key.bytes, nonce: nonce(number), aad: additionalData(number: number, isLast: isLast))
    }

    /// Nil where the chunk is not the one that was sealed as `number`.
    package static func open(
        _ sealed: [UInt8], number: Int, isLast: Bool, key: ContentKey
    ) throws(PKIFailure) -> [UInt8]? {
        try AuthenticatedEncryption.open(
            sealed, key: key.bytes, nonce: nonce(number), aad: additionalData(number: number, isLast: isLast))
    }

    /// Chunks of a body.
    package static func chunkCount(byteCount: Int) -> Int { max(1, (byteCount + chunkLength - 1) / chunkLength) }

    /// Bytes of the file.
    package static func fileLength(byteCount: Int) -> Int {
        byteCount + chunkCount(byteCount: byteCount) * AuthenticatedEncryption.tagLength
    }

    private static func nonce(_ number: Int) -> [UInt8] { [0, 0, 0, 0] + bigEndian(number) }

    private static func additionalData(number: Int, isLast: Bool) -> [UInt8] {
        Array("ura content 1".utf8) + bigEndian(number) + [isLast ? 1 : 0]
    }

    private static func bigEndian(_ number: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
}
