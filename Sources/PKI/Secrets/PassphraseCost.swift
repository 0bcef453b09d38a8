import CSecurity

/// What trying a passphrase costs an attacker as well as us: scrypt's N, r and p (RFC 7914 2). One try takes 128 · N · r bytes.
package struct PassphraseCost: Hashable, Sendable {
    package let iterations: Int
    package let blockSize: Int
    package let parallelism: Int

    /// About a tenth of a second and 32 MiB.
    package static let standard = PassphraseCost(uncheckedIterations: 1 << 15, blockSize: 8, parallelism: 1)

    /// Nil where scrypt does not take them or where a try would need more than 1 GiB.
    package init?(iterations: Int, blockSize: Int, parallelism: Int) {
        guard (2...(1 << 20)).contains(iterations), iterations & (iterations - 1) == 0, (1...64).contains(blockSize),
            (1...16).contains(parallelism), 128 * iterations * blockSize <= 1 << 30
        else { return nil }
        self.init(uncheckedIterations: iterations, blockSize: blockSize, parallelism: parallelism)
    }

    private init(uncheckedIterations: Int, blockSize: Int, parallelism: Int) {
        iterations = uncheckedIterations
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// A key of `AuthenticatedEncryption`.
    package func key(from passphrase: SecretBytes, salt: [UInt8]) throws(PKIFailure) -> SecretBytes {
        try SecretBytes(count: AuthenticatedEncryption.keyLength) { output throws(PKIFailure) in
            let status = passphrase.withBytes { passphrase in
                ura_scrypt(
                    passphrase.baseAddress, passphrase.count, salt, salt.count, UInt32(iterations), UInt32(blockSize),
                    UInt32(parallelism), output.baseAddress, output.count)
            }
            guard status == URA_OK else { throw .cryptography(reason: libraryReason()) }
        }
    }
}
