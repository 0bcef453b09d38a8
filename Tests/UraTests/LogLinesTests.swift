import Glibc
import Logging
import Testing
import XRoadModel

@testable import Ura

/// What operators search: one event, one line, whatever its values hold.
@Suite struct LogLinesTests {
    private func lines(_ body: (Logger) -> Void) throws -> String {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let time = Instant(millisecondsSince1970: 1_795_440_284_010)
        body(Logger(label: "ura.test") { [write = ends[1]] in LogLines(label: $0, descriptor: write) { time } })
        close(ends[1])
        var text = [UInt8](repeating: 0, count: 65_536)
        let count = read(ends[0], &text, text.count)
        return String(decoding: text.prefix(max(count, 0)), as: UTF8.self)
    }

    @Test func writesFieldsInTheOrderOfTheirNames() throws {
        let written = try lines { $0.info("exchange", metadata: ["side": "consumer", "milliseconds": .stringConvertible(12)]) }
        #expect(written == "2026-11-23T13:24:44.010Z info ura.test: milliseconds=12 side=consumer [UraTests] exchange\n")
    }

    @Test func aValueCannotBeginAnotherLine() throws {
        let written = try lines { $0.warning("refused\n", metadata: ["reason": "a\r\nforged\u{7F}", "list": ["b\nc"]]) }
        #expect(written.filter { $0 == "\n" }.count == 1)
        #expect(written.contains("reason=a\\x0d\\x0aforged\\x7f "))
    }

    @Test func leavesOutWhatIsBelowItsLevel() throws {
        #expect(try lines { $0.debug("detail") }.isEmpty)
    }

    @Test func joinsFieldsOfTheLoggerAndOfTheEvent() throws {
        let written = try lines { log in
            var log = log
            log[metadataKey: "a"] = "1"
            log[metadataKey: "b"] = "2"
            log.error("both", metadata: ["b": "3"])
        }
        #expect(written.hasSuffix(" error ura.test: a=1 b=3 [UraTests] both\n"))
    }
}
