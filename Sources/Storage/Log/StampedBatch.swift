import PKI
import SignedDocuments

/// A time-stamp and the tree of digests that it is over: made once for the messages of a batch, which come one after the other.
struct StampedBatch: Sendable {
    let numbers: ClosedRange<Int64>
    let token: [UInt8]
    let result: [UInt8]
    let chains: BatchHashChain
    let positions: [[UInt8]: Int]

    init(numbers: ClosedRange<Int64>, token: [UInt8], result: [UInt8], digests: [[UInt8]]) {
        self.numbers = numbers
        self.token = token
        self.result = result
        chains = BatchHashChain(.signatureDocuments, inputs: digests.map { [$0] }, algorithm: .sha512)
        positions = Dictionary(digests.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nil where the digest is not covered.
    func timestamp(for digest: [UInt8]) -> SignedContainer.Timestamp? {
        positions[digest].map { position in
            SignedContainer.Timestamp(
                token: token, hashChain: HashChainDocuments(result: result, chain: chains.chain(at: position)))
        }
    }
}
