import CSecurity

/// Length and CRC-32 (APPNOTE 4.4.7) of bytes that arrive in pieces: what stands before them in an archive.
package struct ZIPChecksum: Hashable, Sendable {
    package private(set) var value: UInt32 = 0
    package private(set) var byteCount: UInt64 = 0

    package init() {}

    init(value: UInt32, byteCount: UInt64) {
        self.value = value
        self.byteCount = byteCount
    }

    package init(_ bytes: [UInt8]) { update(bytes) }

    package mutating func update(_ bytes: [UInt8]) {
        value = bytes.withUnsafeBufferPointer { ura_crc32_continue(value, $0.baseAddress, $0.count) }
        byteCount += UInt64(bytes.count)
    }

    /// As if the bytes of `following` had been given here, too.
    package mutating func append(_ following: ZIPChecksum) {
        value = ura_crc32_join(value, following.value, Int64(clamping: following.byteCount))
        byteCount += following.byteCount
    }
}
