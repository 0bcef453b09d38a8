import PKI
import XML

/// The steps that lead from the result down to the parts, each exactly once: a step that is reached twice, by a cycle or by two
/// references, and a step that is never reached are both refused. The walk is iterative and as long as the documents.
struct HashChainPath {
    struct Reference {
        let name: String
        let algorithm: DigestAlgorithm
        let digest: [UInt8]
        let canonicalization: CanonicalizationMethod?
    }

    private struct Step {
        let values: [HashStepValue]
        let document: Int
        /// The places in `steps` of those that the values refer to, in their order.
        var targets: [Int] = []
    }

    /// Parents before children.
    private var steps: [Step] = []

    init(from result: HashChainResult, in chains: [String: [UInt8]]) throws(SignedDocumentFailure) {
        var documents = OpenedHashChains(chains)
        steps.append(try documents.reach(result.reference, from: nil))
        var place = 0
        while place < steps.count {
            for value in steps[place].values {
                guard case .step(let reference) = value.source else { continue }
                steps[place].targets.append(steps.count)
                steps.append(try documents.reach(reference, from: steps[place].document))
            }
            place += 1
        }
        guard documents.stepCount == steps.count else { throw .malformedHashChain("a step that the result does not lead to") }
    }

    var references: [Reference] {
        steps.flatMap { step in
            step.values.compactMap { value in
                guard case .part(let name, let digest, let canonicalization) = value.source else { return nil }
                return Reference(name: name, algorithm: value.algorithm, digest: digest, canonicalization: canonicalization)
            }
        }
    }

    /// Whether digests stand in it whose parts are not told: those of other messages.
    var leadsToOthers: Bool {
        steps.contains { step in
            step.values.contains { value in
                if case .digest = value.source { true } else { false }
            }
        }
    }

    /// The digest list of the first step, computed from the last step upwards.
    func encodedRoot() -> [UInt8] {
        var encoded = [[UInt8]](repeating: [], count: steps.count)
        for place in steps.indices.reversed() {
            var targets = steps[place].targets[...]
            let digests = steps[place].values.map { value -> (DigestAlgorithm, [UInt8]) in
                switch value.source {
                case .digest(let digest), .part(_, let digest, _): (value.algorithm, digest)
                case .step: (value.algorithm, value.algorithm.digest(targets.popFirst().map { encoded[$0] } ?? []))
                }
            }
            encoded[place] = DigestList.encode(digests)
        }
        return encoded.first ?? []
    }

    /// The hash chain documents that the walk has come to.
    private struct OpenedHashChains {
        private struct Opened {
            let name: String
            let document: HashChainDocument
            var isReached: [Bool]
        }

        private let chains: [String: [UInt8]]
        private var opened: [Opened] = []

        init(_ chains: [String: [UInt8]]) { self.chains = chains }

        var stepCount: Int { opened.reduce(0) { $0 + $1.document.steps.count } }

        /// `document`: where the reference stands.
        mutating func reach(_ reference: HashStepReference, from document: Int?) throws(SignedDocumentFailure) -> Step {
            let place = try reference.document.map { name throws(SignedDocumentFailure) in try open(name) } ?? document
            guard let place, let number = opened[place].document.step(reference.step) else {
                throw .malformedHashChain("no step \(reference.step)")
            }
            guard !opened[place].isReached[number] else {
                throw .malformedHashChain("step \(reference.step) is reached twice")
            }
            opened[place].isReached[number] = true
            return Step(values: opened[place].document.steps[number], document: place)
        }

        private mutating func open(_ name: String) throws(SignedDocumentFailure) -> Int {
            if let place = opened.firstIndex(where: { $0.name == name }) { return place }
            guard let bytes = chains[name] else { throw .unresolvedHashChainReference(name) }
            let document = try HashChainDocument(parsing: bytes)
            opened.append(
                Opened(name: name, document: document, isReached: Array(repeating: false, count: document.steps.count)))
            return opened.count - 1
        }
    }
}
