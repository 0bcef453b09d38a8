import CSecurity

/// A digest over bytes that arrive in pieces. A copied value goes its own way.
package struct StreamingDigest: Sendable {
    package let algorithm: DigestAlgorithm
    private var state: State

    package init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        state = State(ura_digest_state_new(algorithm.method))
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        if !isKnownUniquelyReferenced(&state) { state = state.copy() }
        let pointer = state.pointer
        let done =
            bytes.withContiguousStorageIfAvailable { ura_digest_state_update(pointer, $0.baseAddress, $0.count) }
            ?? Array(bytes).withUnsafeBufferPointer { ura_digest_state_update(pointer, $0.baseAddress, $0.count) }
        requireDigest(done == URA_OK)
    }

    /// The digest of all bytes since the start or the last `finish`.
    package mutating func finish() -> [UInt8] {
        if !isKnownUniquelyReferenced(&state) { state = state.copy() }
        return [UInt8](unsafeUninitializedCapacity: algorithm.length) { output, count in
            requireDigest(ura_digest_state_finish(state.pointer, output.baseAddress) == URA_OK)
            count = algorithm.length
        }
    }

    /// Sendable: changed only through `update` and `finish` of a value that holds the one reference to it.
    private final class State: @unchecked Sendable {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer?) {
            guard let pointer else { fatalError("message digest failed: \(libraryReason())") }
            self.pointer = pointer
        }

        func copy() -> State { State(ura_digest_state_copy(pointer)) }

        deinit { ura_digest_state_release(pointer) }
    }
}
