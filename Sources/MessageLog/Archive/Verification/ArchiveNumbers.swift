/// Which numbers of a log were found in archives: one bit each.
struct ArchiveNumbers {
    static let maximumNumber: Int64 = 1 << 27

    private var words: [UInt64] = []
    private var last: Int64 = 0

    /// Whether the number had been found before. Numbers that are too large to be remembered never were.
    mutating func insert(_ number: Int64) -> Bool {
        guard number > 0, number <= Self.maximumNumber else { return false }
        let (word, bit) = (Int(number >> 6), UInt64(1) << UInt64(number & 63))
        if word >= words.count { words += [UInt64](repeating: 0, count: word + 1 - words.count) }
        last = max(last, number)
        defer { words[word] |= bit }
        return words[word] & bit != 0
    }

    /// Ranges between 1 and the last number that were not found, the first `limit` of them, and how many numbers that are in all.
    func missing(limit: Int) -> (ranges: [ClosedRange<Int64>], count: Int64) {
        var ranges: [ClosedRange<Int64>] = []
        var count: Int64 = 0
        var first: Int64?
        for number in stride(from: 1, through: last, by: 1) {
            let isFound = words[Int(number >> 6)] & 1 << UInt64(number & 63) != 0
            if !isFound, first == nil { first = number }
            if isFound, let start = first {
                count += number - start
                if ranges.count < limit { ranges.append(start...(number - 1)) }
                first = nil
            }
        }
        return (ranges, count)
    }
}
