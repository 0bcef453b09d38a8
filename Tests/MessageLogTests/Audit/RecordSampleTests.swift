import Foundation
import MessageLog
import TestSupport
import Testing

/// A sample is random, is the same for everybody, and can be drawn again with other tools.
@Suite struct RecordSampleTests {
    private func draw(_ numbers: some Sequence<Int64>, count: Int, seed: String = "2026-11-23 draw", log: String = "0a1b2c3d")
        -> [Int64]
    {
        var sample = RecordSample(count: count, seed: seed, log: log)
        for number in numbers { sample.offer(number) }
        return sample.numbers
    }

    @Test func pythonDrawsTheSame() throws {
        let script = """
            import hashlib
            rank = lambda n: hashlib.sha256(f"ura-sample 1\\n0a1b2c3d\\n2026-11-23 draw\\n{n}".encode()).digest()
            print(sorted(sorted(range(1, 2001), key=rank)[:50]))
            """
        #expect(try runTool("python3", ["-c", script]).text == "\(draw(1...2000, count: 50))\n")
    }

    @Test func orderDoesNotMatterAndSeedDoes() {
        let drawn = draw(1...1000, count: 20)
        #expect(draw((Int64(1)...1000).reversed(), count: 20) == drawn)
        #expect(draw((Int64(1)...1000).shuffled(), count: 20) == drawn)
        #expect(draw(1...1000, count: 20, seed: "another") != drawn)
        #expect(draw(1...1000, count: 20, log: "ffffffff") != drawn)
        #expect(Set(drawn).isSubset(of: draw(1...1000, count: 21)))
    }

    @Test func smallLogsAreTakenWhole() {
        #expect(draw(5...7, count: 10) == [5, 6, 7])
        #expect(draw([Int64](), count: 10).isEmpty)
        #expect(draw(1...3, count: 0).isEmpty)
    }

    /// Each tenth of a log is drawn from about equally: 10 000 of 100 000, give or take five standard deviations.
    @Test func everyRecordHasTheSameChance() {
        let drawn = draw(1...100_000, count: 10_000)
        #expect(drawn.count == 10_000 && Set(drawn).count == 10_000)
        for tenth in Int64(0)..<10 {
            let count = drawn.filter { ($0 - 1) / 10_000 == tenth }.count
            #expect((850...1150).contains(count), "\(tenth): \(count)")
        }
    }
}
