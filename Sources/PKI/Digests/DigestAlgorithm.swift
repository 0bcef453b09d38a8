import CSecurity

/// Message digests that protocols and containers name. SHA-1 is for identifiers that the protocols fix (certificate hashes of
/// configuration version 2, OCSP certificate ids), not for signatures.
package enum DigestAlgorithm: String, Sendable, CaseIterable {
    case sha1, sha256, sha384, sha512

    /// Identifier in XML signatures and hash chains (XML Encryption 5.8, RFC 6931 2.1).
    package var uri: String {
        switch self {
        case .sha1: "http://www.w3.org/2000/09/xmldsig#sha1"
        case .sha256: "http://www.w3.org/2001/04/xmlenc#sha256"
        case .sha384: "http://www.w3.org/2001/04/xmldsig-more#sha384"
        case .sha512: "http://www.w3.org/2001/04/xmlenc#sha512"
        }
    }

    /// Name in the `x-hash-algorithm` header (PR-MESSTRANSP) and in operating parameters.
    package var name: String {
        switch self {
        case .sha1: "SHA-1"
        case .sha256: "SHA-256"
        case .sha384: "SHA-384"
        case .sha512: "SHA-512"
        }
    }

    package init?(uri: String) {
        guard let algorithm = Self.allCases.first(where: { $0.uri == uri }) else { return nil }
        self = algorithm
    }

    package init?(name: String) {
        guard let algorithm = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = algorithm
    }

    /// Bytes of the digest.
    package var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    package func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.withContiguousStorageIfAvailable(digest(buffer:)) ?? Array(bytes).withUnsafeBufferPointer(digest(buffer:))
    }

    private func digest(buffer: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length) { output, count in
            let status = ura_digest_compute(method, buffer.baseAddress, buffer.count, output.baseAddress)
            requireDigest(status == URA_OK)
            count = length
        }
    }

    var method: ura_digest {
        switch self {
        case .sha1: URA_SHA1
        case .sha256: URA_SHA256
        case .sha384: URA_SHA384
        case .sha512: URA_SHA512
        }
    }

    init?(method: Int32) {
        guard let algorithm = Self.allCases.first(where: { Int64($0.method.rawValue) == Int64(method) }) else { return nil }
        self = algorithm
    }
}

/// Stops the process where the library cannot hash. No input leads here: memory is exhausted or no provider has the algorithm,
/// and every check that would follow depends on digests.
func requireDigest(_ done: Bool) {
    if !done { fatalError("message digest failed: \(libraryReason())") }
}
