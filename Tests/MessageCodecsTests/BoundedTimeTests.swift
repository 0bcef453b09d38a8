import MessageCodecs
import Testing
import XRoadModel

/// Input made to be slow takes no longer than other input of its size. The bounds hold for an unoptimised build on a busy machine;
/// anything quadratic exceeds them many times over.
@Suite(.serialized) struct BoundedTimeTests {
    static let boundary = String(repeating: "b", count: 70)

    static let bodies: [(String, [UInt8])] = [
        ("line feeds", [0x0A]), ("carriage returns", [0x0D]), ("line ends", Array("\r\n".utf8)),
        ("all but the last character of a boundary", Array("\r\n--\(boundary.dropLast())".utf8)),
        ("longer boundaries", Array("\r\n--\(boundary)b".utf8)), ("dashes", Array("-".utf8)),
    ]

    @Test(arguments: bodies, [1, 4096])
    func multipart(body: (name: String, unit: [UInt8]), pieceSize: Int) throws {
        let total = pieceSize == 1 ? 100_000 : 2_000_000
        let count = total / body.unit.count
        var message = Array("--\(Self.boundary)\r\nA: 1\r\n\r\n".utf8)
        for _ in 0..<count { message += body.unit }
        message += "x\r\n--\(Self.boundary)--".utf8
        var length = 0
        let time = try ContinuousClock().measure {
            var decoder = try MultipartDecoder(boundary: Self.boundary)
            for start in stride(from: 0, to: message.count, by: pieceSize) {
                decoder.push(message[start..<min(start + pieceSize, message.count)])
                while let event = try decoder.next() {
                    if case .data(let data) = event { length += data.count }
                }
            }
            try decoder.finish()
        }
        #expect(length == count * body.unit.count + 1)
        #expect(time < .seconds(10), "\(body.name): \(time)")
    }

    /// Headers of the largest size, byte by byte, in as many parts as there may be.
    @Test func headersByteByByte() throws {
        let header = "A: \(String(repeating: "x", count: 16_000))\r\n\r\n"
        let message = Array((String(repeating: "--b\r\n\(header)\r\n", count: 30) + "--b--").utf8)
        let time = try ContinuousClock().measure { _ = try decodeMultipart(message, boundary: "b", size: 1) }
        #expect(time < .seconds(10), "\(time)")
    }

    @Test(arguments: [
        String(repeating: "/..%2f", count: 2000), String(repeating: "/", count: 12000), String(repeating: "%2e", count: 4000),
        String(repeating: "/%F0%9F%92%A9", count: 900), String(repeating: "/;", count: 6000),
    ])
    func restTargets(suffix: String) {
        let time = ContinuousClock().measure {
            _ = failure {
                _ = try RESTRequestHead(
                    method: "GET", target: "/r1/A/B/C/D/E/" + suffix, fields: [("X-Road-Client", "A/B/C")], requestID: "1",
                    messageID: "1")
            }
        }
        #expect(time < .seconds(2), "\(time)")
    }

    @Test func soapHeadersInHundredThousands() {
        let fields = String(repeating: "<x/>", count: 90_000)
        let text = SOAPText.request.replacing("</s:Header>", with: "\(fields)</s:Header>")
        let time = ContinuousClock().measure {
            _ = failure { _ = try SOAPMessage.read(Array(text.utf8), contentType: .xml, .request) }
        }
        #expect(time < .seconds(10), "\(time)")
    }
}
