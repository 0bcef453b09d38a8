import PKI
import XML

/// The parts of a container's message, at hand for any digest that its signature asks for.
struct ContainerParts: SignedParts {
    let contents: [String: [UInt8]]

    init(_ container: SignedContainer) {
        var contents = [PartName.message: container.message]
        for (number, content) in container.attachments { contents[PartName.attachment(number)] = content }
        self.contents = contents
    }

    /// What a batch time-stamp covers: the signature document.
    init(stamped signature: [UInt8]) { contents = [PartName.signature: signature] }

    var names: [String] { contents.keys.sorted() }
    var areAtHand: Bool { true }
    var mayLackParts: Bool { contents[PartName.signature] == nil }

    func digest(of name: String, _ algorithm: DigestAlgorithm, canonicalization: CanonicalizationMethod?) -> [UInt8]? {
        guard let content = contents[name] else { return nil }
        guard let canonicalization else { return algorithm.digest(content) }
        guard let document = try? XMLDocument(parsing: content),
            let form = try? document.canonical(document.root, canonicalization)
        else { return nil }
        return algorithm.digest(form)
    }
}
