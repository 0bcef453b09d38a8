/// SplitMix64: the same seed gives the same data in every run and on every machine.
struct SeededGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from the range.
    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// One of the values, each as often as its weight says. The values are literals of the callers, never empty.
    mutating func choice<Value>(_ weighted: KeyValuePairs<Value, Int>) -> Value {
        var remaining = number(in: 1...weighted.reduce(0) { $0 + $1.value })
        for (value, weight) in weighted.dropLast() {
            remaining -= weight
            if remaining <= 0 { return value }
        }
        return weighted[weighted.count - 1].key
    }

    mutating func element(of values: [String]) -> String {
        values[number(in: 0...values.count - 1)]
    }
}
