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

    private struct Position: Hashable {
        let document: String
        let step: String
    }

    private struct Step {
        let position: Position
        let values: [(value: HashStepValue, target: Position?)]
    }

    /// Parents before children.
    private var steps: [Step] = []

    init(from uri: String, in chains: [String: [UInt8]]) throws(SignedDocumentFailure) {
        var documents: [String: HashChainDocument] = [:]
        let root = try Self.position(uri, in: nil)
        var open = [root]
        var visited: Set<Position> = [root]
        while let position = open.popLast() {
            if documents[position.document] == nil {
                guard let bytes = chains[position.document] else { throw .invalidReference(position.document) }
                documents[position.document] = try HashChainDocument(parsing: bytes)
            }
            guard let values = documents[position.document]?.steps[position.step] else {
                throw .malformedHashChain("no step \(position.document)#\(position.step)")
            }
            var step: [(HashStepValue, Position?)] = []
            for value in values {
                guard case .step(let uri) = value.source else {
                    step.append((value, nil))
                    continue
                }
                let target = try Self.position(uri, in: position.document)
                guard visited.insert(target).inserted else { throw .malformedHashChain("step \(uri) is reached twice") }
                open.append(target)
                step.append((value, target))
            }
            steps.append(Step(position: position, values: step))
        }
        guard documents.values.reduce(0, { $0 + $1.steps.count }) == steps.count else {
            throw .malformedHashChain("a step that the result does not lead to")
        }
    }

    var references: [Reference] {
        steps.flatMap { step in
            step.values.compactMap { value, _ in
                guard case .part(let name, let digest, let canonicalization) = value.source else { return nil }
                return Reference(name: name, algorithm: value.algorithm, digest: digest, canonicalization: canonicalization)
            }
        }
    }

    /// The digest list of the first step, computed from the last step upwards.
    func encodedRoot() -> [UInt8] {
        var encoded: [Position: [UInt8]] = [:]
        for step in steps.reversed() {
            let digests = step.values.map { value, target -> (DigestAlgorithm, [UInt8]) in
                switch value.source {
                case .digest(let digest), .part(_, let digest, _): (value.algorithm, digest)
                case .step: (value.algorithm, value.algorithm.digest(target.flatMap { encoded[$0] } ?? []))
                }
            }
            encoded[step.position] = DigestList.encode(digests)
        }
        return steps.first.flatMap { encoded[$0.position] } ?? []
    }

    private static func position(_ uri: String, in document: String?) throws(SignedDocumentFailure) -> Position {
        let parts = uri.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, let base = parts[0].isEmpty ? document : String(parts[0]) else {
            throw .malformedHashChain("an unacceptable step reference: \(uri)")
        }
        return Position(document: base, step: String(parts[1]))
    }
}
