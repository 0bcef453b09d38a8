import MessageLog
import Testing

/// Numbers as ranges: a form that has one text for one set, and the arithmetic of sets.
@Suite struct RecordRangesTests {
    @Test(arguments: [
        ([Int64](), ""), ([1], "1"), ([1, 2], "1-2"), ([5, 3, 4, 4], "3-5"), ([20, 3, 4, 5, 17, 18], "3-5,17-18,20"),
    ])
    func textOfNumbers(_ numbers: [Int64], _ text: String) {
        let ranges = RecordRanges(numbers)
        #expect(ranges.description == text)
        #expect(RecordRanges(text) == ranges)
        #expect(Array(ranges.numbers) == Set(numbers).sorted())
    }

    @Test(arguments: [
        "0", "01", "-1", "1-", "1-1", "2-1", "1,", ",1", "1,2", "1-2,3", "3,1", "1-5,4-6", "1 ", "+1", "１", "1-2-3",
        "9223372036854775807", "9223372036854775808", "1,,3",
    ])
    func otherTextsAreRefused(_ text: String) { #expect(RecordRanges(text) == nil) }

    /// Against sets of numbers, which are obviously right.
    @Test func arithmeticOfSets() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let left = Set(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in Int64.random(in: 1...16, using: &generator) })
            let right = Set(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in Int64.random(in: 1...16, using: &generator) })
            let (first, second) = (RecordRanges(left), RecordRanges(right))
            #expect(first.union(second) == RecordRanges(left.union(right)))
            #expect(first.intersection(second) == RecordRanges(left.intersection(right)))
            #expect(first.subtracting(second) == RecordRanges(left.subtracting(right)))
            #expect(first.count == left.count)
            for number in Int64(0)...17 { #expect(first.contains(number) == left.contains(number)) }
            #expect(first.pieces(of: 2).reduce(RecordRanges()) { $0.union($1) } == first)
            #expect(first.pieces(of: 2).allSatisfy { $0.ranges.count <= 2 })
            let pieces = first.pieces(ofNumbers: 3)
            #expect(pieces.reduce(RecordRanges()) { $0.union($1) } == first)
            #expect(pieces.dropLast().allSatisfy { $0.count == 3 } && (pieces.last?.count ?? 1) <= 3)
            for piece in pieces { #expect(RecordRanges(piece.description) == piece) }
        }
    }

    @Test func hugeRangesCostNothing() {
        let all = RecordRanges(joining: [1...9_000_000_000])
        let hole = RecordRanges(joining: [4_000_000_000...4_000_000_001])
        #expect(all.subtracting(hole).description == "1-3999999999,4000000002-9000000000")
        #expect(all.subtracting(hole).union(hole) == all)
    }
}
