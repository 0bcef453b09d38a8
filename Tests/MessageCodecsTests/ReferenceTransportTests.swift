import MessageCodecs
import TestSupport
import Testing
import XRoadModel

/// Transport messages made by X-Road, with the outcome that X-Road itself gives them.
@Suite struct ReferenceTransportTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let file: String
        let boundary: String
        let expected: [String]
        let fault: FaultCode?
        var testDescription: String { file }
    }

    static let samples = [
        Sample(file: "normal.request", boundary: "xtop1357783211hcn1yiro", expected: ["soap", "signature", "end"], fault: nil),
        Sample(file: "normal.response", boundary: "xtop1143483536hcn1yj5i", expected: ["soap", "signature", "end"], fault: nil),
        Sample(
            file: "normal-soapfault.request", boundary: "xtop1357783211hcn1yiro", expected: ["soap", "signature", "end"],
            fault: nil),
        Sample(
            file: "ocsp.request", boundary: "xtop1357783211hcn1yiro", expected: ["ocsp", "soap", "signature", "end"], fault: nil),
        Sample(
            file: "attachment.request", boundary: "xtop569125687hcu8vfma",
            expected: ["soap", "attachment+", "attachment", "attachment-", "signature", "end"], fault: nil),
        Sample(
            file: "fault-signature.request", boundary: "xtop1357783211hcn1yiro", expected: ["soap", "fault", "end"], fault: nil),
        Sample(
            file: "invalid-soap-contenttype.request", boundary: "xtop1357783211hcn1yiro", expected: [], fault: .invalidContentType
        ),
        Sample(
            file: "invalid-contenttype-signature.request", boundary: "xtop1357783211hcn1yiro", expected: [],
            fault: .invalidContentType),
        Sample(file: "extracontent.request", boundary: "xtop1357783211hcn1yiro", expected: [], fault: .invalidMessage),
        Sample(file: "invalid-ocsp.request", boundary: "xtop1357783211hcn1yiro", expected: [], fault: .ioError),
    ]

    @Test(arguments: samples, [1, 7, 1000, Int.max])
    func decodes(sample: Sample, pieceSize: Int) throws {
        guard let bytes = try Vectors.bytes("transport-messages/\(sample.file)") else { return }
        let contentType = try ContentType("multipart/mixed; charset=UTF-8; boundary=\(sample.boundary)")
        let direction: MessageDirection = sample.file.hasSuffix("response") ? .response : .request
        var kinds: [String] = []
        let thrown = failure {
            kinds = try decodeTransport(bytes, direction, .soap, contentType: contentType, size: pieceSize).map(\.kind)
        }
        #expect(thrown?.faultCode == sample.fault)
        #expect(kinds == sample.expected)
    }

    static let rest = ["rest", "signature", "end"]
    static let restWithBody = ["rest", "body+", "body", "body-", "result", "chain", "signature", "end"]

    @Test(arguments: [
        ("conn1-request.bin", ["ocsp"] + rest), ("conn1-response.bin", restWithBody),
        ("conn2-request.bin", ["soap", "signature", "end"]),
        ("conn2-response.bin", ["soap", "signature", "end"]), ("conn3-request.bin", ["ocsp"] + restWithBody),
        ("conn3-response.bin", restWithBody),
        (
            "conn4-request.bin",
            ["soap", "attachment+", "attachment", "attachment-", "result", "chain", "signature", "end"]
        ), ("conn4-response.bin", ["soap", "signature", "end"]), ("conn5-request.bin", ["ocsp"] + rest),
        ("conn5-response.bin", ["fault", "end"]),
    ])
    func decodesAndEncodesCapturedTraffic(name: String, expected: [String]) throws {
        guard let message = try HTTPCapture.vector(name) else { return }
        let direction: MessageDirection = name.contains("request") ? .request : .response
        let kind: MessageKind = expected.contains("soap") ? .soap : .rest
        let events = try decodeTransport(message.body, direction, kind, contentType: message.contentType)
        #expect(events.map(\.kind) == expected)
        for size in [1, 3, 2048] {
            for turns in Turns.allCases {
                let others = try decodeTransport(
                    message.body, direction, kind, contentType: message.contentType, size: size, turns: turns)
                #expect(others == events)
            }
        }
        guard let boundary = try message.contentType.boundary else { return }
        #expect(try encode(events, direction, letters: String(boundary.dropFirst(4))) == message.body)
    }

    /// Writes events again; the body and attachments go between the encoder's bytes.
    private func encode(_ events: [TransportEvent], _ direction: MessageDirection, letters: String) throws -> [UInt8] {
        let boundary = try #require(TransportBoundary(randomBytes: letters.utf8.map { $0 < 0x60 ? $0 - 65 : $0 - 97 + 26 }))
        var encoder = TransportEncoder(boundary: boundary)
        var result: [UInt8] = []
        var bytes: [UInt8] = []
        for event in events {
            switch event {
            case .ocspResponse(let der): bytes += encoder.ocspResponse(der)
            case .soapMessage(let headers, let message): bytes += encoder.soapMessage(message, headers: headers)
            case .restHead(let head): bytes += encoder.restHead(head, direction)
            case .bodyBegan: bytes += encoder.beginBody()
            case .attachmentBegan(let headers): bytes += encoder.beginAttachment(headers)
            case .bodyData(let data), .attachmentData(let data): bytes += data
            case .bodyEnded, .attachmentEnded, .end: break
            case .hashChainResult(let xml): result = xml
            case .hashChain(let xml): bytes += encoder.hashChain(result: result, chain: xml)
            case .signature(let xml): bytes += encoder.signature(xml)
            case .fault(let xml): bytes += encoder.fault(xml)
            }
        }
        return bytes
    }

    @Test(arguments: ["conn1", "conn2", "conn3", "conn4", "conn5"])
    func headFieldsAreXRoads(name: String) throws {
        guard let message = try HTTPCapture.vector("\(name)-request.bin") else { return }
        let head = try TransportHead(request: message.fields)
        #expect(head.kind == (["conn2", "conn4"].contains(name) ? .soap : .rest))
        let own = message.fields.filter { $0.name.hasPrefix("x-") }
        #expect(head.requestFields.map { "\($0.name): \($0.value)" } == own.map { "\($0.name): \($0.value)" })
        guard name != "conn5", let response = try HTTPCapture.vector("\(name)-response.bin") else { return }
        let answer = try TransportHead(response: response.fields, kind: head.kind)
        let expected = response.fields.filter { $0.name.hasPrefix("x-") }
        #expect(answer.responseFields.map { "\($0.name): \($0.value)" } == expected.map { "\($0.name): \($0.value)" })
    }
}
