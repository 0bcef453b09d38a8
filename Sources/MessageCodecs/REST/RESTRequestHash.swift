import PKI

/// Ties a response to its request (PR-REST 4.3): SHA-512 of the head, or of the digests of head and body together. A request with
/// an empty body part has another hash than one without a body part.
package enum RESTRequestHash {
    package static let digest = DigestAlgorithm.sha512

    package static func compute(head: [UInt8], bodyDigest: [UInt8]?) -> [UInt8] {
        let headDigest = digest.digest(head)
        return bodyDigest.map { digest.digest(headDigest + $0) } ?? headDigest
    }
}
