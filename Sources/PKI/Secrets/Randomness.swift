import CSecurity

/// Random bytes for keys, nonces, serial numbers and salts.
package enum Randomness {
    /// Stops the process where the operating system gives no randomness: predictable keys would be worse.
    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { output, written in
            if ura_random(output.baseAddress, count) != URA_OK { fatalError("no randomness: \(libraryReason())") }
            written = count
        }
    }
}
