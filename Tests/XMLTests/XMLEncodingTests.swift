import Testing

@testable import XML

struct XMLEncodingTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]

        init(_ description: String, _ parts: [UInt8]...) {
            testDescription = description
            bytes = parts.flatMap { $0 }
        }
    }

    private static let mark8: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let mark16: [UInt8] = [0xFE, 0xFF]

    private static func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    private static func utf16(_ text: String, bigEndian: Bool = true) -> [UInt8] {
        text.utf16.flatMap { unit -> [UInt8] in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return bigEndian ? bytes : bytes.reversed()
        }
    }

    private static func declared(_ name: String) -> String { "<?xml version=\"1.0\" encoding=\"\(name)\"?><a>é</a>" }

    private static let takenSamples: [(Sample, XMLEncoding)] = [
        (Sample("no declaration", utf8("<a>é</a>")), .utf8),
        (Sample("UTF-8", utf8(declared("UTF-8"))), .utf8),
        (Sample("utf-8", utf8(declared("utf-8"))), .utf8),
        (Sample("mark", mark8, utf8("<a>é</a>")), .utf8),
        (Sample("mark and declaration", mark8, utf8(declared("UTF-8"))), .utf8),
        (Sample("UTF-16, big-endian", mark16, utf16("<a>é</a>")), .utf16),
        (Sample("UTF-16, little-endian", [0xFF, 0xFE], utf16(declared("UTF-16"), bigEndian: false)), .utf16),
        (Sample("ISO-8859-1", latin1(declared("ISO-8859-1"))), .latin1),
        (Sample("iso-8859-1", latin1(declared("iso-8859-1").replacing("\"", with: "'"))), .latin1),
    ]

    @Test(arguments: takenSamples)
    func taken(sample: Sample, encoding: XMLEncoding) throws {
        let document = try XMLDocument(parsing: sample.bytes)
        #expect(document.encoding == encoding && document.root.text == "é" && document.source == sample.bytes)
        #expect(try document.canonical(document.root, .inclusive) == Array("<a>é</a>".utf8))
    }

    @Test func charactersBeyondTheBasicPlaneSurviveUTF16() throws {
        let document = try XMLDocument(parsing: Self.mark16 + Self.utf16("<a>😀</a>"))
        #expect(document.root.text == "😀")
    }

    private static let refusedDeclarations: [(Sample, XMLFailure)] = [
        (Sample("UTF-7", utf8(declared("UTF-7"))), .unsupportedEncoding("UTF-7")),
        (Sample("EBCDIC", utf8(declared("IBM037"))), .unsupportedEncoding("IBM037")),
        (Sample("UTF-32", utf8(declared("UTF-32"))), .unsupportedEncoding("UTF-32")),
        (Sample("windows-1252", utf8(declared("windows-1252"))), .unsupportedEncoding("windows-1252")),
        (Sample("8 says 16", utf8(declared("UTF-16"))), .contradictoryEncoding(declared: "UTF-16", actual: .utf8)),
        (Sample("mark says 16", mark8, utf8(declared("UTF-16"))), .contradictoryEncoding(declared: "UTF-16", actual: .utf8)),
        (
            Sample("mark says Latin", mark8, utf8(declared("ISO-8859-1"))),
            .contradictoryEncoding(declared: "ISO-8859-1", actual: .utf8)
        ),
        (Sample("16 says 8", mark16, utf16(declared("UTF-8"))), .contradictoryEncoding(declared: "UTF-8", actual: .utf16)),
        (Sample("16 says 7", mark16, utf16(declared("UTF-7"))), .contradictoryEncoding(declared: "UTF-7", actual: .utf16)),
    ]

    @Test(arguments: refusedDeclarations)
    func declarationRefused(sample: Sample, failure: XMLFailure) {
        #expect(throws: failure) { try XMLDocument(parsing: sample.bytes) }
    }

    private static let refusedBytes: [Sample] = [
        Sample("UTF-16 without a mark", utf16("<a/>")),
        Sample("UTF-16, little-endian without a mark", utf16("<a/>", bigEndian: false)),
        Sample("UTF-16 cut off", mark16, utf16("<a/>"), [0]),
        Sample("UTF-16, lone high surrogate", mark16, utf16("<a>"), [0xD8, 0x00], utf16("</a>")),
        Sample("UTF-16, lone low surrogate", mark16, utf16("<a>"), [0xDC, 0x00], utf16("</a>")),
        Sample("UTF-32", [0xFF, 0xFE, 0, 0, 0x3C, 0, 0, 0, 0x61, 0, 0, 0, 0x2F, 0, 0, 0, 0x3E, 0, 0, 0]),
        Sample("overlong less-than", utf8("<a>"), [0xC0, 0xBC], utf8("b/></a>")),
        Sample("overlong NUL", utf8("<a>"), [0xC0, 0x80], utf8("</a>")),
        Sample("lone surrogate", utf8("<a>"), [0xED, 0xA0, 0x80], utf8("</a>")),
        Sample("beyond Unicode", utf8("<a>"), [0xF4, 0x90, 0x80, 0x80], utf8("</a>")),
        Sample("character cut off", utf8("<a>"), [0xC3], utf8("</a>")),
        Sample("character cut off at the end", utf8("<a/>"), [0xEF, 0xBF]),
        Sample("U+FFFE", utf8("<a>\u{FFFE}</a>")),
        Sample("U+FFFF", utf8("<a>\u{FFFF}</a>")),
        Sample("NUL", utf8("<a>\0</a>")),
        Sample("NUL behind the root", utf8("<a/>\0")),
        Sample("control", utf8("<a>\u{1B}</a>")),
        Sample("control in ISO-8859-1", utf8("<?xml version='1.0' encoding='ISO-8859-1'?><a>\u{7}</a>")),
        Sample("EBCDIC without an ASCII declaration", [0x4C, 0x6F, 0xA7, 0x94, 0x93, 0x40]),
    ]

    @Test(arguments: refusedBytes)
    func bytesRefused(sample: Sample) {
        #expect(throws: XMLFailure.invalidCharacters) { try XMLDocument(parsing: sample.bytes) }
    }

    @Test func charactersNextToTheRefusedOnesAreTaken() throws {
        let text = "\u{9}\u{FFFD}\u{E000}\u{EFFF}\u{7F}\u{85}"
        #expect(try XMLDocument(parsing: Array("<a>\(text)</a>".utf8)).root.text == text)
    }
}
