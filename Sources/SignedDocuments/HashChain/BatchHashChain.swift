import PKI

/// One signature or one time-stamp over many inputs: a binary tree of digests whose top is signed or stamped, and for each input
/// the hash chain that leads from the top to it (Profile for High Performance Digital Signatures 1.2). Tree and bytes are those of
/// X-Road's `HashChainBuilder` and its marshaller.
package struct BatchHashChain: Sendable {
    /// What the inputs are, which settles the names that the documents use.
    package enum Subject: Sendable {
        /// Messages of a signature: the first part of an input is the message, the others are its attachments.
        case messages
        /// Signature documents of a time-stamp: an input has one part.
        case signatureDocuments
    }

    private let subject: Subject
    private let algorithm: DigestAlgorithm
    private let inputs: [[[UInt8]]]
    /// From the inputs' digests up to the top. A level pairs the digests of the one below; the last one of an odd number moves up
    /// as it is.
    private let levels: [[[UInt8]]]
    /// What is signed or stamped: the digest of the top, in the same document for all inputs.
    package let result: [UInt8]

    /// `inputs` holds at least one input, each the digests of its parts by `algorithm`, at least one.
    package init(_ subject: Subject, inputs: [[[UInt8]]], algorithm: DigestAlgorithm) {
        func step(_ digests: [[UInt8]]) -> [UInt8] { algorithm.digest(DigestList.encode(digests.map { (algorithm, $0) })) }
        self.subject = subject
        self.algorithm = algorithm
        self.inputs = inputs
        let isAlone = inputs.count == 1
        var level = inputs.map { parts in parts.count == 1 && !isAlone ? parts[0] : step(parts) }
        var levels = [level]
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                index + 1 < level.count ? step([level[index], level[index + 1]]) : level[index]
            }
            levels.append(level)
        }
        self.levels = levels
        result = HashChainText.result(of: level.first ?? [], in: subject.documentName, algorithm)
    }

    /// Both documents of the input at `index`.
    package func documents(at index: Int) -> HashChainDocuments {
        HashChainDocuments(result: result, chain: chain(at: index))
    }

    /// The chain of the input at `index`. A step of its own holds the parts of an input that has several, or is the only one.
    package func chain(at index: Int) -> [UInt8] {
        let parts = inputs[index]
        let siblings = siblings(of: index)
        let endsWithStep = parts.count > 1 || siblings.isEmpty
        var steps = siblings.enumerated().map { number, sibling in
            let isLast = number + 1 == siblings.count
            let own: HashChainText.Value =
                isLast && !endsWithStep ? .part(subject.name(of: 0), parts[0]) : .step(number: number + 1)
            return sibling.isRight ? [own, .digest(sibling.digest)] : [.digest(sibling.digest), own]
        }
        if endsWithStep { steps.append(parts.enumerated().map { number, digest in .part(subject.name(of: number), digest) }) }
        return HashChainText.chain(steps, algorithm)
    }

    private struct Sibling {
        let digest: [UInt8]
        let isRight: Bool
    }

    /// From the top down.
    private func siblings(of index: Int) -> [Sibling] {
        levels.dropLast().enumerated().reversed().compactMap { height, level in
            let position = index >> height
            let other = position ^ 1
            return other < level.count ? Sibling(digest: level[other], isRight: other > position) : nil
        }
    }

}

extension BatchHashChain.Subject {
    fileprivate var documentName: String {
        switch self {
        case .messages: PartName.hashChain
        case .signatureDocuments: PartName.timestampHashChain
        }
    }

    fileprivate func name(of part: Int) -> String {
        switch self {
        case .messages: part == 0 ? PartName.message : PartName.attachment(part)
        case .signatureDocuments: PartName.signature
        }
    }
}
