import PKI
import XML

enum PartContent {
    /// Of the bytes, or of the canonical form of the document that they are; nil where they are none.
    static func digest(
        _ content: [UInt8], _ algorithm: DigestAlgorithm, _ canonicalization: CanonicalizationMethod?
    ) -> [UInt8]? {
        guard let canonicalization else { return algorithm.digest(content) }
        guard let document = try? XMLDocument(parsing: content),
            let form = try? document.canonical(document.root, canonicalization)
        else { return nil }
        return algorithm.digest(form)
    }
}

/// What a batch time-stamp's hash chain covers: one signature document.
struct StampedDocument: SignedParts {
    let document: [UInt8]

    var names: [String] { [PartName.signature] }
    var areAtHand: Bool { true }
    var mayLackParts: Bool { false }

    func digest(of name: String, _ algorithm: DigestAlgorithm, canonicalization: CanonicalizationMethod?) -> [UInt8]? {
        name == PartName.signature ? PartContent.digest(document, algorithm, canonicalization) : nil
    }
}
