import CSecurity

/// Bytes that are wiped with their value: passphrases and key files in clear.
///
/// Sendable: the memory is written once, before the value is handed out, and again only in `deinit`.
package final class SecretBytes: @unchecked Sendable {
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    package var count: Int { bytes.count }

    /// Copies; wiping the source is the caller's.
    package init(copying source: UnsafeBufferPointer<UInt8>) {
        bytes = .allocate(capacity: source.count)
        _ = bytes.initialize(from: source)
    }

    package init(_ source: [UInt8]) {
        bytes = .allocate(capacity: source.count)
        _ = bytes.initialize(from: source)
    }

    /// Zeros that `fill` writes over; what it wrote before a failure is wiped.
    package init<Failure: Error>(
        count: Int, filling fill: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        bytes = .allocate(capacity: count)
        bytes.initialize(repeating: 0)
        try fill(bytes)
    }

    package static func random(_ count: Int) -> SecretBytes {
        SecretBytes(count: count) { Randomness.fill($0) }
    }

    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(bytes))
    }

    /// Overwrites memory in a way that the compiler keeps.
    package static func wipe(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        guard let start = buffer.baseAddress else { return }
        ura_wipe(start, buffer.count)
    }

    deinit {
        Self.wipe(bytes)
        bytes.deallocate()
    }
}
