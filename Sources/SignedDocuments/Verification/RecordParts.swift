import PKI
import XML

/// The parts of a record, as its signature is compared with them.
struct RecordParts: SignedParts {
    let parts: [String: RecordPart]

    init(_ record: SignedRecord) {
        var parts = [PartName.message: record.message]
        for (number, part) in record.attachments { parts[PartName.attachment(number)] = part }
        self.parts = parts
    }

    /// Those that can be compared by any digest. Of the others the signature tells whether it covers them.
    var names: [String] { parts.filter { $0.value.isAtHand }.keys.sorted() }

    var areAtHand: Bool { true }
    var mayLackParts: Bool { true }

    func digest(of name: String, _ algorithm: DigestAlgorithm, canonicalization: CanonicalizationMethod?) -> [UInt8]? {
        switch parts[name] {
        case .content(let content): PartContent.digest(content, algorithm, canonicalization)
        case .digested(let digests, _): canonicalization == nil ? digests[algorithm] : nil
        case .digestOnly, .erased, nil: nil
        }
    }

    /// Contents by name, where every part is at hand as such.
    var contents: [String: [UInt8]]? {
        var contents: [String: [UInt8]] = [:]
        for (name, part) in parts {
            guard case .content(let content) = part else { return nil }
            contents[name] = content
        }
        return contents
    }
}
