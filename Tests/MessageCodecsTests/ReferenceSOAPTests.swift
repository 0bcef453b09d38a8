import MessageCodecs
import PKI
import TestSupport
import Testing
import XRoadModel

/// SOAP messages of X-Road's proxy test suite, with the outcome that the suite expects.
@Suite struct ReferenceSOAPTests {
    static let accepted: [(String, MessageDirection)] = [
        ("getstate.query", .request), ("getstate.answer", .response), ("getstate-defaultnamespace.query", .request),
        ("getstate-subsystem.query", .request), ("getstate-subsystem.answer", .response), ("cdata.query", .request),
        ("cdata.answer", .response), ("simple-comment.answer", .response), ("nowhitespace.query", .request),
        ("nowhitespace.answer", .response), ("missing-userId.query", .request), ("missing-userId.answer", .response),
        ("split-header.query", .request), ("split-header.answer", .response), ("xmlencoded.query", .request),
        ("xmlencoded.answer", .response), ("requesthash.answer", .response), ("simple-representedparty.query", .request),
        ("request-suffix.query", .request), ("simple-rpc.query", .request), ("simple.query", .request),
        ("simple.answer", .response),
    ]

    @Test(arguments: accepted)
    func accepts(name: String, direction: MessageDirection) throws {
        guard let bytes = try Vectors.bytes("proxy-messages/\(name)") else { return }
        guard case .message(let message) = try SOAPMessage.read(bytes, contentType: .xml, direction) else {
            Issue.record("a fault")
            return
        }
        #expect(message.bytes == bytes)
        #expect(message.header.protocolVersion == "4.0")
    }

    @Test(arguments: [
        ("empty.query", FaultCode.invalidSOAP), ("faulty-header.query", .missingHeaderField),
        ("faulty-header2.query", .duplicateHeaderField), ("malformed-body1.query", .invalidBody),
        ("malformed-body2.query", .invalidBody),
        ("malformed-body3.query", .inconsistentHeaders), ("malformed-protocolVersion.query", .invalidProtocolVersion),
        ("missing-body.query", .missingBody), ("missing-protocolVersion.query", .missingHeaderField),
        ("missingobjecttype.query", .invalidXML), ("no-header.query", .missingHeader),
        ("wrong-protocolVersion.query", .invalidProtocolVersion), ("wrong-version.query", .invalidProtocolVersion),
    ])
    func refuses(name: String, code: FaultCode) throws {
        guard let bytes = try Vectors.bytes("proxy-messages/\(name)") else { return }
        #expect(failure { _ = try SOAPMessage.read(bytes, contentType: .xml, .request) }?.faultCode == code)
    }

    @Test(arguments: [
        ("fault.query", "CODE", "DETAIL"), ("customsoapenv.answer", "soapenv:Server.CODE", "DETAIL"),
    ])
    func readsFaults(name: String, code: String, detail: String) throws {
        guard let bytes = try Vectors.bytes("proxy-messages/\(name)") else { return }
        let fault = try Fault.read(soap: bytes)
        #expect(fault.code == code)
        #expect(fault.message == "STRING")
        #expect(fault.actor == "ACTOR")
        #expect(fault.detail == detail)
        #expect(fault.path == nil)
    }

    @Test func representedPartyIsRead() throws {
        guard let bytes = try Vectors.bytes("proxy-messages/simple-representedparty.query") else { return }
        guard case .message(let message) = try SOAPMessage.read(bytes, contentType: .xml, .request) else { return }
        #expect(message.header.representedParty != nil)
    }

    /// The pairs that X-Road exchanged: its own request hash holds, and where we put ours is where it put its own.
    @Test(arguments: ["conn2", "conn4"])
    func requestHashIsXRoads(name: String) throws {
        guard let sent = try HTTPCapture.vector("\(name)-request.bin"),
            let answered = try HTTPCapture.vector("\(name)-response.bin")
        else { return }
        let request = try message(in: sent, .request)
        let response = try message(in: answered, .response)
        try response.requireAnswer(to: request)

        let element =
            "<xrd:requestHash algorithmId=\"\(DigestAlgorithm.sha512.uri)\">\(response.header.requestHash?.value ?? "")</xrd:requestHash>"
        let text = String(decoding: response.bytes, as: UTF8.self)
        let pure = text.replacing(element, with: "")
        #expect(pure != text)
        let hash = DigestAlgorithm.sha512.digest(request.bytes)
        for source in [pure, text] {
            guard case .message(let plain) = try SOAPMessage.read(Array(source.utf8), contentType: .xml, .response) else {
                continue
            }
            #expect(try SOAPRequestHash.insert(hash, .sha512, into: plain) == response.bytes)
        }
        #expect(
            failure { try response.requireAnswer(to: try message(in: sent, .request, changing: "foo", to: "fox")) }?.faultCode
                == .inconsistentResponse)
    }

    private func message(
        in capture: HTTPCapture, _ direction: MessageDirection, changing old: String = "", to new: String = ""
    ) throws -> SOAPMessage {
        for event in try decodeTransport(capture.body, direction, .soap, contentType: capture.contentType) {
            guard case .soapMessage(let headers, let bytes) = event, let contentType = headers.contentType else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            let changed = old.isEmpty ? text : text.replacing(old, with: new)
            if case .message(let message) = try SOAPMessage.read(Array(changed.utf8), contentType: contentType, direction) {
                return message
            }
        }
        throw HTTPCapture.Malformed()
    }

    @Test func capturedFaultIsWrittenAgain() throws {
        guard let capture = try HTTPCapture.vector("conn5-response.bin") else { return }
        let fault = try Fault.read(soap: capture.body)
        #expect(fault.path == FaultPath(.providerServer, .accessDenied))
        #expect(fault.soap() == capture.body)
    }

    @Test(arguments: ["clientid", "clientid-subsystem", "serviceid", "serviceid-version", "securityserverid"])
    func identifierElements(name: String) throws {
        guard let bytes = try Vectors.bytes("identifiers/\(name).xml") else { return }
        let expected = [
            "clientid": "EE/COMPANY/FOOBAR", "clientid-subsystem": "EE/COMPANY/FOOBAR/SUBSYSTEM",
            "serviceid": "EE/BUSINESS/JODA/getState",
            "serviceid-version": "EE/BUSINESS/JODA/getState/v1", "securityserverid": "EE/BUSINESS/123456789/bambi",
        ]
        #expect(try IdentifierElement.read(bytes) == expected[name])
    }

    @Test(arguments: ["invalid-clientid-member", "invalid-clientid-subsystem", "globalgroupid", "localgroupid"])
    func otherIdentifierElementsAreNoClients(name: String) throws {
        guard let bytes = try Vectors.bytes("identifiers/\(name).xml") else { return }
        #expect(failure { _ = try IdentifierElement.read(bytes) }?.faultCode == .invalidXML)
    }
}
