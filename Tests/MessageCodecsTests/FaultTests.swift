import Foundation
import MessageCodecs
import TestSupport
import Testing
import XRoadModel

@Suite struct FaultTests {
    static let texts = ["", "plain", "<&>\"'", "é\u{1F4A9}", "a\r\nb\tc", "]]>", "\u{0}\u{1}\u{7F}", "\\ / \u{2028}"]

    @Test(arguments: texts)
    func soapRoundTrip(text: String) throws {
        let fault = Fault(FaultPath(.consumerServer, .serviceFailed, .missingBody), .snakeCase, message: text, detail: "d" + text)
        let readable = text.replacing("\u{0}", with: "\u{FFFD}").replacing("\u{1}", with: "\u{FFFD}")
        let read = try Fault.read(soap: fault.soap())
        #expect(read == Fault(code: "server.clientproxy.service_failed.missing_body", message: readable, detail: "d" + readable))
    }

    /// xmllint takes what we write.
    @Test func soapIsWellFormed() throws {
        for text in Self.texts {
            let fault = Fault(code: text, message: text, actor: text, detail: text)
            #expect(try runTool("xmllint", ["--noout", "-"], input: fault.soap()).status == 0)
            #expect(try runTool("xmllint", ["--noout", "-"], input: RESTError(fault, accept: ["text/xml"]).body).status == 0)
        }
    }

    @Test(arguments: texts)
    func jsonIsRead(text: String) throws {
        let error = RESTError(Fault(code: "client.bad_request", message: text, detail: text), accept: [])
        let members = try JSONDecoder().decode([String: String].self, from: Data(error.body))
        #expect(members == ["type": "client.bad_request", "message": text, "detail": text])
    }

    @Test(arguments: [
        ([], "application/json"), (["*/*"], "application/json"), (["application/json, text/xml;q=0.5"], "text/xml"),
        (["text/html", "Application/XML"], "application/xml"), (["text/*"], "text/xml"), (["text/xmlish"], "application/json"),
    ])
    func mediaType(accept: [String], expected: String) {
        #expect(
            RESTError(Fault(code: "client", message: "", detail: ""), accept: accept).contentType == expected + ";charset=utf-8")
    }

    @Test(arguments: [
        ("client.bad_request", 400), ("Client.BadRequest", 400), ("server.clientproxy.unknown_member", 500),
        ("Server.ServerProxy.AccessDenied", 500),
        ("soap:Server", 400),
    ])
    func status(code: String, expected: Int) {
        #expect(RESTError(Fault(code: code, message: "", detail: ""), accept: []).status == expected)
    }

    @Test func jsonIsXRoads() {
        let fault = Fault(FaultPath(.providerServer, .databaseError), .camelCase, message: "Error \"x\"", detail: "3c4d")
        #expect(
            String(decoding: RESTError(fault, accept: []).body, as: UTF8.self)
                == #"{"type":"Server.ServerProxy.DatabaseError","message":"Error \"x\"","detail":"3c4d"}"#)
    }

    @Test(arguments: [
        (SOAPText.response, FaultCode.invalidMessage), ("", .invalidSOAP), ("<a/>", .invalidSOAP),
        ("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body/></s:Envelope>", .missingHeader),
    ])
    func refusesWhatIsNoFault(text: String, fault: FaultCode) {
        #expect(failure { _ = try Fault.read(soap: Array(text.utf8)) }?.faultCode == fault)
    }
}
