import Foundation
import TestSupport
import Testing

@testable import Ura

/// Codes and ids that others chose, where operators and auditors see them.
@Suite struct TextTests {
    @Test(arguments: [
        ("GAM", "GAM"), ("Миграция №5", "Миграция №5"), ("a b", "a b"), ("a\u{202E}b", #"a\u{202E}b"#),
        ("a\u{1B}[2Jb", #"a\u{1B}[2Jb"#),
        ("a\nb", #"a\u{A}b"#), ("a\\u{41}", #"a\u{5C}u{41}"#), ("\u{FEFF}a", #"\u{FEFF}a"#), ("a\u{115F}", #"a\u{115F}"#),
        ("a\u{2028}b", #"a\u{2028}b"#), ("a\u{A0}b", #"a\u{A0}b"#), ("a\u{E000}", #"a\u{E000}"#), ("é", "é"),
        ("e\u{301}", "e\u{301}"),
    ])
    func shown(_ text: String, _ shown: String) { #expect(DisplayText.escape(text) == shown) }

    /// Python's json reads the same text back, and nothing of it moves a terminal's cursor.
    @Test func jsonStaysTheSameText() throws {
        let hostile = "a\u{202E}\u{1B}\u{E0041}\"\\\u{2028}é"
        let json = String(decoding: try JSONEncoder().encode([hostile]), as: UTF8.self)
        let escaped = DisplayText.escape(json: json)
        #expect(escaped.unicodeScalars.allSatisfy { $0.properties.generalCategory != .format && $0.value >= 0x20 })
        let script = "import json, sys; sys.stdout.write(json.loads(sys.stdin.buffer.read())[0])"
        #expect(try runTool("python3", ["-c", script], input: Array(escaped.utf8)).text == hostile)
    }

    @Test(arguments: [
        ("GAM", "GAM"), ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@SUM(A1)", "\"'@SUM(A1)\""),
        ("\t=1", "\"'\\u{9}=1\""), ("\rx", "\"'\\u{D}x\""), (" =1", "\"' =1\""), ("\u{200B}=1", "\"'\\u{200B}=1\""),
        ("＝1", "\"'＝1\""),
        ("a=1", "a=1"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a;b", "\"a;b\""), ("", ""),
    ])
    func cells(_ text: String, _ cell: String) { #expect(CSVLine.cell(text) == cell) }

    @Test func pythonReadsTheCells() throws {
        let cells = ["a,b", "c\"d", "=HYPERLINK(\"http://x\")", "line\r\nbreak", "", "; rm"]
        let script =
            "import csv, io, json, sys; print(json.dumps(next(csv.reader(io.TextIOWrapper(sys.stdin.buffer, newline='')))))"
        let read = try runTool("python3", ["-c", script], input: Array(CSVLine.encode(cells).utf8))
        let texts = try JSONDecoder().decode([String].self, from: Data(read.output))
        #expect(texts == ["a,b", "c\"d", "'=HYPERLINK(\"http://x\")", #"line\u{D}\u{A}break"#, "", "; rm"])
    }
}
