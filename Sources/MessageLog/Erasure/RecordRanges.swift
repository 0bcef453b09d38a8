/// Numbers of entries, as sorted ranges that neither touch nor overlap: `3-17,20`. So erasures, holds and exports name what they
/// are about.
package struct RecordRanges: Hashable, Sendable {
    package private(set) var ranges: [ClosedRange<Int64>] = []

    package init() {}

    /// In any order, also doubled.
    package init(_ numbers: some Sequence<Int64>) {
        for number in numbers.sorted() { append(number) }
    }

    /// In any order, also overlapping.
    package init(joining ranges: some Sequence<ClosedRange<Int64>>) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard let last = self.ranges.last, range.lowerBound <= last.upperBound || range.lowerBound == last.upperBound + 1
            else {
                self.ranges.append(range)
                continue
            }
            self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        }
    }

    /// A number that is larger than all that are there; one that is not is left out.
    package mutating func append(_ number: Int64) {
        guard let last = ranges.last else { return ranges = [number...number] }
        guard number > last.upperBound else { return }
        if number == last.upperBound + 1 {
            ranges[ranges.count - 1] = last.lowerBound...number
        } else {
            ranges.append(number...number)
        }
    }

    package var isEmpty: Bool { ranges.isEmpty }
    package var count: Int64 { ranges.reduce(0) { $0 + $1.upperBound - $1.lowerBound + 1 } }
    package var numbers: some Sequence<Int64> { ranges.lazy.flatMap(\.self) }

    package func contains(_ number: Int64) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= number
    }

    package func union(_ other: RecordRanges) -> RecordRanges { RecordRanges(joining: ranges + other.ranges) }

    package func intersection(_ other: RecordRanges) -> RecordRanges {
        var common = RecordRanges()
        var (mine, theirs) = (ranges[...], other.ranges[...])
        while let left = mine.first, let right = theirs.first {
            let (low, high) = (max(left.lowerBound, right.lowerBound), min(left.upperBound, right.upperBound))
            if low <= high { common.ranges.append(low...high) }
            if left.upperBound <= right.upperBound { mine.removeFirst() } else { theirs.removeFirst() }
        }
        return common
    }

    package func subtracting(_ other: RecordRanges) -> RecordRanges {
        var left = RecordRanges()
        var holes = other.ranges[...]
        for range in ranges {
            var low = range.lowerBound
            while let hole = holes.first, hole.upperBound < low { holes.removeFirst() }
            for hole in holes {
                guard hole.lowerBound <= range.upperBound else { break }
                if low < hole.lowerBound { left.ranges.append(low...hole.lowerBound - 1) }
                low = max(low, hole.upperBound + 1)
            }
            if low <= range.upperBound { left.ranges.append(low...range.upperBound) }
        }
        return left
    }

    /// Pieces of at most so many numbers, in order.
    package func pieces(ofNumbers limit: Int64) -> [RecordRanges] {
        var pieces: [RecordRanges] = []
        var room: Int64 = 0
        for range in ranges {
            var low = range.lowerBound
            while low <= range.upperBound {
                if room == 0 {
                    pieces.append(RecordRanges())
                    room = max(1, limit)
                }
                let high = min(range.upperBound, low + room - 1)
                pieces[pieces.count - 1].ranges.append(low...high)
                room -= high - low + 1
                low = high + 1
            }
        }
        return pieces
    }

    /// Pieces of at most so many ranges, in order: what one event of the log can name.
    package func pieces(of limit: Int) -> [RecordRanges] {
        stride(from: 0, to: ranges.count, by: max(1, limit)).map { start in
            var piece = RecordRanges()
            piece.ranges = Array(ranges[start..<min(start + max(1, limit), ranges.count)])
            return piece
        }
    }
}

extension RecordRanges: CustomStringConvertible {
    package var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    /// Only what `description` gives: sorted, apart from one another, numbers from 1 without leading zeros. An empty text is none.
    package init?(_ text: String) {
        guard !text.isEmpty else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard (1...2).contains(ends.count), let low = Self.number(ends[0]), let high = Self.number(ends[ends.count - 1]),
                ends.count == 1 || low < high, (ranges.last?.upperBound ?? -1) + 1 < low
            else { return nil }
            ranges.append(low...high)
        }
    }

    private static func number(_ text: Substring) -> Int64? {
        guard let first = text.utf8.first, first != UInt8(ascii: "0"), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(text), number < .max
        else { return nil }
        return number
    }
}
