import PKI

/// The hash of a leaf, a subtree or a whole tree: SHA-256, 32 bytes.
package struct TreeHash: Hashable, Sendable {
    package static let length = 32

    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    /// The hash of `content`, which begins with the byte that tells leaves from nodes.
    init(of content: UnsafeBufferPointer<UInt8>) { bytes = DigestAlgorithm.sha256.digest(content) }
}

extension TreeHash: CustomStringConvertible {
    package var description: String { Hexadecimal.encode(bytes) }
}
