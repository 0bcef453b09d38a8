import PKI
import XML

/// The parts that a signature has to cover, as the verifier sees them: names and digests.
package protocol SignedParts {
    /// Every one of these must be covered, and exactly once.
    var names: [String] { get }

    /// Whether the parts themselves are at hand and not only digests taken before.
    var areAtHand: Bool { get }

    /// Whether the signature may also cover parts that are not here. So it is in containers: X-Road exports them without the
    /// attachments that its log did not keep. Never so in a live exchange.
    var mayLackParts: Bool { get }

    /// nil where this digest of the part cannot be had.
    func digest(of name: String, _ algorithm: DigestAlgorithm, canonicalization: CanonicalizationMethod?) -> [UInt8]?
}

/// The parts of a message in a live exchange: the message itself, and the digests of its attachments as taken while they streamed
/// by, in the algorithm that `x-hash-algorithm` names (PR-MESSTRANSP 3.2).
package struct PartDigests: SignedParts, Sendable {
    private let message: [UInt8]
    private var attachments: [(algorithm: DigestAlgorithm, digest: [UInt8])] = []

    package init(message: [UInt8]) { self.message = message }

    /// In the order of the message's attachments; of a REST message the body is the only one.
    package mutating func addAttachment(_ algorithm: DigestAlgorithm, _ digest: [UInt8]) {
        attachments.append((algorithm, digest))
    }

    package var names: [String] { [PartName.message] + attachments.indices.map { PartName.attachment($0 + 1) } }
    package var areAtHand: Bool { false }
    package var mayLackParts: Bool { false }

    package func digest(of name: String, _ algorithm: DigestAlgorithm, canonicalization: CanonicalizationMethod?) -> [UInt8]? {
        guard canonicalization == nil else { return nil }
        if name == PartName.message { return algorithm.digest(message) }
        guard let number = PartName.attachmentNumber(name), number <= attachments.count,
            attachments[number - 1].algorithm == algorithm
        else { return nil }
        return attachments[number - 1].digest
    }
}
