import PKI

/// A random sample that can be drawn again: of all candidates those whose ranks are the smallest, a rank being SHA-256 over seed, log
/// and number. Whoever chose the seed after the log was written (an auditor, a public lottery) knows that nobody chose the records;
/// the order in which candidates come does not matter.
package struct RecordSample: Sendable {
    package static let maximumCount = 10_000

    private let prefix: [UInt8]
    private let count: Int
    /// A heap with the largest rank at its root: what the next smaller candidate replaces.
    private var chosen: [Ranked] = []
    /// How many there were to choose from.
    package private(set) var candidates: Int64 = 0

    private struct Ranked {
        let rank: [UInt8]
        let number: Int64

        func isAbove(_ other: Ranked) -> Bool { other.rank.lexicographicallyPrecedes(rank) }
    }

    package init(count: Int, seed: String, log: String) {
        self.count = max(0, min(count, Self.maximumCount))
        prefix = Array("ura-sample 1\n\(log)\n\(seed)\n".utf8)
    }

    /// Each number once.
    package mutating func offer(_ number: Int64) {
        candidates += 1
        guard count > 0 else { return }
        let ranked = Ranked(rank: DigestAlgorithm.sha256.digest(prefix + "\(number)".utf8), number: number)
        if chosen.count < count {
            chosen.append(ranked)
            rise(from: chosen.count - 1)
        } else if chosen[0].isAbove(ranked) {
            chosen[0] = ranked
            sink()
        }
    }

    /// Sorted.
    package var numbers: [Int64] { chosen.map(\.number).sorted() }

    private mutating func rise(from place: Int) {
        var place = place
        while place > 0, chosen[place].isAbove(chosen[(place - 1) / 2]) {
            chosen.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            let below = [2 * place + 1, 2 * place + 2].filter { $0 < chosen.count }
            guard let largest = below.max(by: { chosen[$1].isAbove(chosen[$0]) }), chosen[largest].isAbove(chosen[place]) else {
                return
            }
            chosen.swapAt(place, largest)
            place = largest
        }
    }
}
