import MessageCodecs
import Testing
import XRoadModel

/// The order of parts and their bounds (PR-MESSTRANSP 3.1).
@Suite struct TransportDecoderTests {
    static let types = [
        "ocsp": MediaType.ocspResponse, "soap": "text/xml; charset=UTF-8", "xop": MediaType.xop, "rest>": MediaType.restRequest,
        "rest<": MediaType.restResponse, "body": MediaType.restBody, "att": "multipart/mixed; boundary=a",
        "result": MediaType.hashChainResult,
        "chain": MediaType.hashChain, "sig": MediaType.signature, "other": "text/plain",
    ]

    static let contents = ["ocsp": "\u{30}\u{03}\u{0A}\u{01}\u{00}", "att": "\r\n--a\r\nA: 1\r\n\r\nx\r\n--a--\r\n"]

    struct Order: Sendable, CustomTestStringConvertible {
        let direction: MessageDirection
        let parts: String
        var fault: FaultCode?
        var testDescription: String { "\(direction) \(parts)" }

        init(_ direction: MessageDirection, _ parts: String, _ fault: FaultCode? = nil) {
            self.direction = direction
            self.parts = parts
            self.fault = fault
        }

        var kind: MessageKind { parts.contains("rest") || parts.contains("body") ? .rest : .soap }
    }

    static let orders = [
        Order(.request, "soap sig"), Order(.request, "xop sig"), Order(.request, "ocsp ocsp soap sig"),
        Order(.request, "ocsp soap att sig"),
        Order(.request, "soap att result chain sig"), Order(.request, "soap result chain sig"), Order(.request, "soap soap"),
        Order(.request, "rest> sig"), Order(.request, "ocsp rest> body result chain sig"), Order(.request, "rest> soap"),
        Order(.response, "soap att result chain sig"), Order(.response, "rest< body result chain sig"),
        Order(.response, "rest< body soap"),
        Order(.response, "soap att soap"), Order(.response, "rest< result chain soap"), Order(.response, "soap result soap"),

        Order(.request, "", .missingSOAP), Order(.request, "ocsp", .missingSOAP), Order(.request, "soap", .missingSignature),
        Order(.request, "rest> body", .missingSignature), Order(.request, "soap result chain", .missingSignature),
        Order(.response, "ocsp soap sig", .invalidContentType), Order(.request, "rest< sig", .invalidContentType),
        Order(.response, "rest> sig", .invalidContentType), Order(.request, "other sig", .invalidContentType),
        Order(.request, "sig", .invalidContentType), Order(.request, "att soap sig", .invalidContentType),
        Order(.request, "soap ocsp sig", .invalidContentType), Order(.request, "soap att att sig", .invalidContentType),
        Order(.request, "rest> body body sig", .invalidContentType), Order(.request, "rest> att sig", .invalidContentType),
        Order(.request, "soap chain sig", .invalidContentType), Order(.request, "soap chain result sig", .invalidContentType),
        Order(.request, "soap result sig", .invalidMessage), Order(.request, "soap result result chain sig", .invalidMessage),
        Order(.request, "soap result chain att sig", .invalidContentType), Order(.request, "soap other sig", .invalidContentType),
        Order(.request, "soap sig sig", .invalidMessage), Order(.request, "soap sig other", .invalidMessage),
        Order(.request, "soap soap sig", .invalidMessage), Order(.request, "rest> sig body", .invalidMessage),
    ]

    @Test(arguments: orders)
    func order(_ order: Order) throws {
        let names = order.parts.split(separator: " ").map(String.init)
        let message = try Self.message(names.map { (Self.types[$0] ?? "", Self.contents[$0] ?? "x") })
        var kinds: [String] = []
        let thrown = failure { kinds = try decode(message, order.direction, order.kind).map(\.kind) }
        #expect(thrown?.faultCode == order.fault)
        #expect((kinds.last == "end") == (order.fault == nil))
    }

    @Test(arguments: [(MessageKind.soap, "rest>", FaultCode.missingSOAP), (.rest, "soap", .missingREST)])
    func otherKind(kind: MessageKind, part: String, fault: FaultCode) throws {
        let message = try Self.message([(Self.types[part] ?? "", "x"), (MediaType.signature, "x")])
        #expect(failure { _ = try decode(message, .request, kind) }?.faultCode == fault)
    }

    static let bounded: [(String, Int)] = [
        ("text/xml", 1 << 20), (MediaType.signature, 1 << 20), (MediaType.hashChainResult, 1 << 20),
        (MediaType.ocspResponse, 64 * 1024),
    ]

    /// One byte more than a part may have; it is refused before the part ends.
    @Test(arguments: bounded)
    func refusesLargeParts(type: String, limit: Int) throws {
        var parts = [(type, String(repeating: "x", count: limit + 1))]
        if type.contains("signature") || type.contains("hash") { parts.insert(("text/xml", "x"), at: 0) }
        let message = try Self.message(parts)
        #expect(failure { _ = try decode(message, .request, .soap) }?.faultCode == .invalidMessage)
    }

    @Test func refusesManyOCSPResponses() throws {
        let message = try Self.message(Array(repeating: (MediaType.ocspResponse, Self.contents["ocsp"] ?? ""), count: 17))
        #expect(failure { _ = try decode(message, .request, .soap) } == .limitExceeded(.ocspResponses, limit: 16))
    }

    @Test(arguments: ["", "x", "\u{30}", "\u{30}\u{02}\u{00}", "\u{30}\u{01}\u{00}\u{00}", "\u{31}\u{01}\u{00}"])
    func refusesWhatIsNoOCSPResponse(content: String) throws {
        let message = try Self.message([(MediaType.ocspResponse, content), ("text/xml", "x"), (MediaType.signature, "x")])
        #expect(failure { _ = try decode(message, .request, .soap) } == .malformedOCSPResponse)
    }

    @Test func boundsTheBody() throws {
        var limits = TransportLimits()
        limits.bodyBytes = 3
        let type = try ContentType("multipart/mixed; boundary=m")
        for (body, fits) in [("123", true), ("1234", false)] {
            let rest = try Self.message([(MediaType.restRequest, "x"), (MediaType.restBody, body), (MediaType.signature, "x")])
            let refused = failure { _ = try decodeTransport(rest, .request, .rest, contentType: type, limits: limits) }
            #expect(refused == (fits ? nil : .limitExceeded(.bodyBytes, limit: 3)))
        }
        let attachments = "--a\r\n\r\n12\r\n--a\r\n\r\n34\r\n--a--"
        let soap = try Self.message([("text/xml", "x"), ("multipart/mixed; boundary=a", attachments), (MediaType.signature, "x")])
        #expect(
            failure { _ = try decodeTransport(soap, .request, .soap, contentType: type, limits: limits) }
                == .limitExceeded(.bodyBytes, limit: 3))
    }

    @Test(arguments: [
        ("multipart/mixed; boundary=a", "--a\r\n\r\nx\r\n", FaultCode.mimeParsingFailed),
        ("multipart/mixed", "--a--", .invalidContentType),
        ("multipart/mixed; boundary=a", "", .mimeParsingFailed),
        ("multipart/mixed; boundary=a", "unsigned\r\n--a--", .mimeParsingFailed),
        ("multipart/mixed; boundary=a", "--a--\r\nunsigned", .mimeParsingFailed),
    ])
    func refusesBrokenAttachments(type: String, content: String, fault: FaultCode) throws {
        let message = try Self.message([("text/xml", "x"), (type, content), (MediaType.signature, "x")])
        #expect(failure { _ = try decode(message, .request, .soap) }?.faultCode == fault)
    }

    /// Attachments are not searched for further multiparts, however deep they are nested.
    @Test func nestedAttachmentsAreContent() throws {
        var inner = "deep"
        for depth in (0..<100).reversed() {
            inner = "--n\(depth)\r\nContent-Type: multipart/mixed; boundary=n\(depth + 1)\r\n\r\n\(inner)\r\n--n\(depth)--"
        }
        let message = try Self.message([("text/xml", "x"), ("multipart/mixed; boundary=n0", inner), (MediaType.signature, "x")])
        let kinds = try decode(message, .request, .soap).map(\.kind)
        #expect(kinds == ["soap", "attachment+", "attachment", "attachment-", "signature", "end"])
    }

    @Test func faultAloneInResponsesOnly() throws {
        let type = try ContentType("text/xml;charset=utf-8")
        #expect(
            try decodeTransport(Array("<f/>".utf8), .response, .rest, contentType: type, size: 1) == [
                .fault(Array("<f/>".utf8)), .end,
            ])
        #expect(failure { _ = try decodeTransport([], .response, .rest, contentType: type) } == .truncated)
        #expect(
            failure { _ = try TransportDecoder(direction: .request, kind: .soap, contentType: type) }?.faultCode
                == .invalidContentType)
        let large = [UInt8](repeating: 0x20, count: 256 * 1024 + 1)
        #expect(failure { _ = try decodeTransport(large, .response, .rest, contentType: type) }?.faultCode == .invalidMessage)
    }

    @Test(arguments: ["multipart/mixed", "multipart/mixed; boundary=\"\"", "text/plain", "multipart/related; boundary=a"])
    func refusesContentTypes(text: String) {
        #expect(
            failure { _ = try TransportDecoder(direction: .request, kind: .soap, contentType: try ContentType(text)) }?.faultCode
                == .invalidContentType)
    }

    /// Nothing beyond the message part is read before the caller asks.
    @Test func stopsAfterTheMessagePart() throws {
        let message = try Self.message([(MediaType.restRequest, "head"), ("text/plain", "never admitted")])
        var decoder = try TransportDecoder(
            direction: .request, kind: .rest, contentType: try ContentType("multipart/mixed; boundary=m"))
        try decoder.push(message)
        #expect(try decoder.next() == .restHead(Array("head".utf8)))
        #expect(failure { _ = try decoder.next() }?.faultCode == .invalidContentType)
    }

    private func decode(_ bytes: [UInt8], _ direction: MessageDirection, _ kind: MessageKind) throws -> [TransportEvent] {
        try decodeTransport(bytes, direction, kind, contentType: try ContentType("multipart/mixed; boundary=m"))
    }

    private static func message(_ parts: [(type: String, content: String)]) throws -> [UInt8] {
        var encoder = MultipartEncoder(boundary: "m")
        var bytes: [UInt8] = []
        for part in parts {
            bytes += encoder.beginPart(MIMEHeaders(contentType: try ContentType(part.type)))
            bytes += part.content.utf8
        }
        return bytes + encoder.end()
    }
}
