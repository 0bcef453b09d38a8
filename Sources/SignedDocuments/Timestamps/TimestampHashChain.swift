import PKI

/// What one time-stamp over many signature documents stamps, and the hash chain from there to each of them: X-Road's batch
/// time-stamp. Only the digests are needed, so that the chains need not be kept.
///
/// X-Road makes no hash chain for a single document but stamps the signature's value and writes the token into the document. Here a
/// signature document is never changed once it is logged: a batch of one is a hash chain of one step with one reference, which
/// X-Road's verifier takes like any other.
package struct TimestampHashChain: Sendable {
    /// Each document once, in the order of the tree.
    package let digests: [[UInt8]]
    private let tree: BatchHashChain
    private let positions: [[UInt8]: Int]

    /// By which the documents are digested.
    package static let digest = DigestAlgorithm.sha512

    /// `digests` are of signature documents, at least one; a document that comes again is covered by its first place.
    package init(digests: [[UInt8]]) {
        var positions: [[UInt8]: Int] = [:]
        for digest in digests where positions[digest] == nil { positions[digest] = positions.count }
        self.digests = positions.sorted { $0.value < $1.value }.map(\.key)
        self.positions = positions
        tree = BatchHashChain(.signatureDocuments, inputs: self.digests.map { [$0] }, algorithm: Self.digest)
    }

    /// `ts-hashchainresult.xml`, the bytes to be stamped.
    package var result: [UInt8] { tree.result }

    /// The two documents of a container with this signature document; nil where it is not covered.
    package func documents(for digest: [UInt8]) -> HashChainDocuments? { positions[digest].map(tree.documents) }
}
