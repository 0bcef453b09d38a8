import CSecurity

/// Random bytes for keys, nonces, serial numbers and salts.
package enum Randomness {
    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { output, written in
            fill(output)
            written = count
        }
    }

    /// Stops the process where the operating system gives no randomness: predictable keys would be worse.
    static func fill(_ output: UnsafeMutableBufferPointer<UInt8>) {
        if ura_random(output.baseAddress, output.count) != URA_OK { fatalError("no randomness: \(libraryReason())") }
    }
}
