import MessageCodecs
import Testing

/// RFC 2046 5.1 with X-Road's tolerances. `~` stands for CR LF.
@Suite struct MultipartTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        /// The content of each part.
        var parts: [String] = []
        /// How the failure begins, where one is expected.
        var failure: String?
        var limits = MIMELimits()
    }

    static let accepted = [
        Vector(testDescription: "two parts", text: "--b~A: 1~~one~--b~A: 2~~two~--b--~", parts: ["one", "two"]),
        Vector(testDescription: "nothing after the final boundary", text: "--b~A: 1~~one~--b--", parts: ["one"]),
        Vector(testDescription: "no part at all", text: "--b--~", parts: []),
        Vector(testDescription: "empty part", text: "--b~A: 1~~~--b--", parts: [""]),
        Vector(testDescription: "boundary directly behind the header", text: "--b~A: 1~~--b~A: 2~~x~--b--", parts: ["", "x"]),
        Vector(testDescription: "no header fields", text: "--b~~x~--b--", parts: ["x"]),
        Vector(testDescription: "line ends in the content", text: "--b~A: 1~~~one~~two~~~--b--", parts: ["~one~~two~~"]),
        Vector(testDescription: "boundary within a line", text: "--b~A: 1~~x--b~y --b--~--b--", parts: ["x--b~y --b--"]),
        Vector(testDescription: "longer boundary is content", text: "--b~A: 1~~x~--bc~--b--", parts: ["x~--bc"]),
        Vector(testDescription: "blanks behind the boundary", text: "--b \t~A: 1~~x~--b ~~y~--b-- ~", parts: ["x", "y"]),
        Vector(testDescription: "text around the parts", text: "hello~--no~--b~A: 1~~x~--b--~bye~", parts: ["x"]),
        Vector(testDescription: "blank line before the parts", text: "~--b~A: 1~~x~--b--~~", parts: ["x"], limits: .transport),
        Vector(testDescription: "blanks before the parts", text: "   ~--b~A: 1~~x~--b--   ", parts: ["x"], limits: .transport),
        Vector(testDescription: "LF throughout", text: "--b\nA: 1\n\none\n--b\nA: 2\n\ntwo\n--b--\n", parts: ["one", "two"]),
        Vector(testDescription: "CR at the end of content", text: "--b~A: 1~~x\r~--b--", parts: ["x\r"]),
    ]

    @Test(arguments: accepted, [1, 2, 5, Int.max])
    func accepts(vector: Vector, pieceSize: Int) throws {
        let events = try decodeMultipart(bytes(vector.text), boundary: "b", size: pieceSize, limits: vector.limits)
        var parts: [String] = []
        for event in events {
            if case .partBegan = event { parts.append("") }
            if case .data(let data) = event { parts[parts.count - 1] += String(decoding: data, as: UTF8.self) }
        }
        #expect(parts.map { Array($0.utf8) } == vector.parts.map(bytes))
        #expect(events.last == .end)
    }

    static let refused = [
        Vector(testDescription: "empty", text: "", failure: "message ended"),
        Vector(testDescription: "no final boundary", text: "--b~A: 1~~x~--b~A: 2~~y~", failure: "message ended"),
        Vector(testDescription: "cut in the final boundary", text: "--b~A: 1~~x~--b-", failure: "message ended"),
        Vector(testDescription: "header without an end", text: "--b~A: 1~", failure: "message ended"),
        Vector(
            testDescription: "bare LF in a header", text: "--b~A: 1\nB: 2~~x~--b--", failure: "malformed multipart: line ends"),
        Vector(
            testDescription: "bare LF behind the boundary", text: "--b~A: 1~~x~--b\nA: 2~~y~--b--",
            failure: "malformed multipart: line ends"),
        Vector(
            testDescription: "bare LF before the boundary", text: "--b~A: 1~~x\n--b--", failure: "malformed multipart: line ends"),
        Vector(
            testDescription: "CR LF where LF is used", text: "--b\nA: 1\n\nx~--b--\n", failure: "malformed multipart: line ends"),
        Vector(testDescription: "bare CR in a header", text: "--b~A: 1\rB: 2~~x~--b--", failure: "malformed multipart: control"),
        Vector(testDescription: "NUL in a header", text: "--b~A: \0~~x~--b--", failure: "malformed multipart: control"),
        Vector(testDescription: "no colon", text: "--b~A~~x~--b--", failure: "malformed multipart: line in"),
        Vector(testDescription: "no field name", text: "--b~: 1~~x~--b--", failure: "malformed multipart: line in"),
        Vector(testDescription: "space before the colon", text: "--b~A : 1~~x~--b--", failure: "malformed multipart: line in"),
        Vector(
            testDescription: "continuation of nothing", text: "--b~ A: 1~~x~--b--", failure: "malformed multipart: part's header"),
        Vector(
            testDescription: "content type twice", text: "--b~Content-Type: a/b~content-type: a/b~~x~--b--",
            failure: "malformed multipart: content type"),
        Vector(
            testDescription: "malformed content type", text: "--b~Content-Type: text~~x~--b--", failure: "invalid content type"),
        Vector(
            testDescription: "text behind the boundary", text: "--b~A: 1~~x~--b y~--b--",
            failure: "malformed multipart: text after"),
        Vector(
            testDescription: "one dash behind the boundary", text: "--b~A: 1~~x~--b-y~--b--",
            failure: "malformed multipart: boundary is"),
        Vector(
            testDescription: "text before the parts", text: "x~--b~A: 1~~x~--b--", failure: "malformed multipart: text outside",
            limits: .transport),
        Vector(
            testDescription: "text after the parts", text: "--b~A: 1~~x~--b--~x", failure: "malformed multipart: text outside",
            limits: .transport),
        Vector(
            testDescription: "long text before the parts", text: String(repeating: "x~", count: 600) + "--b--",
            failure: "malformed multipart: text outside"),
        Vector(
            testDescription: "endless line before the parts", text: String(repeating: "x", count: 2000),
            failure: "malformed multipart: text outside"),
        Vector(
            testDescription: "64 KB header", text: "--b~A: \(String(repeating: "x", count: 65536))~~x~--b--",
            failure: "header of a message part in bytes: more than 16384"),
        Vector(
            testDescription: "many small fields", text: "--b~\(String(repeating: "A: 1~", count: 65))~x~--b--",
            failure: "header fields of a message part: more than 64"),
        Vector(
            testDescription: "1001 parts", text: String(repeating: "--b~~", count: 1001) + "--b--",
            failure: "parts of a multipart: more than 1000"),
        Vector(
            testDescription: "boundary line without an end", text: "--b~A: 1~~x~--b" + String(repeating: " ", count: 300),
            failure: "malformed multipart: text after"),
    ]

    @Test(arguments: refused, [1, 7, Int.max])
    func refuses(vector: Vector, pieceSize: Int) throws {
        let thrown = failure {
            _ = try decodeMultipart(bytes(vector.text), boundary: "b", size: pieceSize, limits: vector.limits)
        }
        #expect(thrown?.description.hasPrefix(vector.failure ?? "?") == true, "\(String(describing: thrown))")
    }

    @Test(arguments: ["", String(repeating: "b", count: 71), "b ", "b\r\n", "b\"", "é", "a;b"])
    func refusesBoundary(text: String) {
        #expect(failure { _ = try MultipartDecoder(boundary: text) }?.faultCode == .invalidContentType)
    }

    @Test func unfoldsAndKeepsHeaderFields() throws {
        var text = bytes("--b~Content-Type: text/xml;~\tcharset=\"utf-8\"~content-id:  <r\\o@x> ~X: \u{E9}~~x~--b--")
        if let index = text.firstIndex(of: 0xC3) { text.replaceSubrange(index...(index + 1), with: [0xE9]) }
        guard case .partBegan(let headers)? = try decodeMultipart(text, boundary: "b").first else {
            Issue.record("no part")
            return
        }
        #expect(headers.contentType?.mediaType == "text/xml")
        #expect(headers.contentType?.charset == "utf-8")
        #expect(headers.others.map(\.name) == ["content-id", "X"])
        #expect(headers.others.map(\.value) == ["<r\\o@x>", "\u{E9}"])
        var encoder = MultipartEncoder(boundary: "b")
        let written = encoder.beginPart(headers)
        #expect(written.contains(0xE9) && !written.contains(0xC3))
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.replacing("~", with: "\r\n").utf8) }
}
