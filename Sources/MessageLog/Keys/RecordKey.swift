import PKI

/// The data key of one record: 32 random bytes that seal this record and nothing else. Wiped with the last key of its block.
package struct RecordKey: Sendable {
    /// Of its wrapped form in the key store.
    package let number: Int64
    private let block: SecretBytes
    private let offset: Int

    package init(number: Int64, opened: SecretBytes) { self.init(number: number, block: opened, offset: 0) }

    private init(number: Int64, block: SecretBytes, offset: Int) {
        self.number = number
        self.block = block
        self.offset = offset
    }

    /// Fresh keys with consecutive numbers, in one piece of memory.
    package static func block(from first: Int64, count: Int) -> [RecordKey] {
        let length = AuthenticatedEncryption.keyLength
        let block = SecretBytes.random(count * length)
        return (0..<count).map { RecordKey(number: first + Int64($0), block: block, offset: $0 * length) }
    }

    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try block.withBytes { bytes throws(Failure) in
            try body(UnsafeBufferPointer(rebasing: bytes[offset..<(offset + AuthenticatedEncryption.keyLength)]))
        }
    }
}
