import MessageCodecs
import Testing
import XRoadModel

/// Inputs on which fuzzing once found a property broken, cut down to what matters. `~` stands for CR LF.
@Suite struct FuzzReplayTests {
    private struct Outcome: Equatable {
        var events: [TransportEvent] = []
        var failure: CodecFailure?
    }

    /// Events and failure do not depend on how the bytes were cut.
    @Test(arguments: [
        "x", String(repeating: "x", count: 100), "   ~--b~", String(repeating: " ", count: 63) + "~--b--",
        "--b~Content-Type: text/xml~~x~--b  y", "--b~Content-Type: text/xml~~x~--b" + String(repeating: " ", count: 255) + "~",
        "--b~Content-Type: text/xml~~x~--b-x", "--b~Content-Type: text/xml~~x\n--b~", "--b\nContent-Type: text/xml\n\nx~--b--",
        "--b~Content-Type: text/xml~~x~--b~Content-Type: multipart/mixed; boundary=a~~--a~~1~--a~~2~--b-x",
        "--b~Content-Type: text/xml~~x~--b~Content-Type: multipart/mixed; boundary=a~~--a~~1~--a-2~--b-x",
        "--b~Content-Type: text/xml~~x~--b~Content-Type: multipart/mixed; boundary=a~~--a~~1~--a--2~--b--",
    ])
    func cutsDoNotMatter(text: String) throws {
        let bytes = Array(text.replacing("~", with: "\r\n").utf8)
        for kind in MessageKind.allCases {
            let whole = try outcome(bytes, kind, pieceSize: bytes.count)
            for size in 1...3 { #expect(try outcome(bytes, kind, pieceSize: size) == whole) }
        }
    }

    private func outcome(_ bytes: [UInt8], _ kind: MessageKind, pieceSize: Int) throws -> Outcome {
        var outcome = Outcome()
        let contentType = try ContentType("multipart/mixed; boundary=b")
        outcome.failure = failure {
            try decodeTransport(bytes, .request, kind, contentType: contentType, size: pieceSize) { outcome.events = $0 }
        }
        return outcome
    }
}
