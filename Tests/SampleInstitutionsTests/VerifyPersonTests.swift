import Testing
import XML

@testable import SampleInstitutions

@Suite struct VerifyPersonTests {
    private static let service = VerifyPersonService(contract: Array("<wsdl/>".utf8))

    private func post(_ body: String, contentType: String = "text/xml; charset=utf-8") -> ServiceAnswer {
        Self.service.answer(ServiceRequest(method: "POST", target: "/", contentType: contentType, body: Array(body.utf8)))
    }

    private func envelope(_ request: String, header: String = "") -> String {
        """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="urn:xk:cra:civreg:v1">\(header)\
        <s:Body><c:verifyPerson><c:request>\(request)</c:request></c:verifyPerson></s:Body></s:Envelope>
        """
    }

    private func body(_ answer: ServiceAnswer) throws -> XMLElement {
        let envelope = try XMLDocument(parsing: answer.body).root
        return try #require(envelope.child("Body", SOAPRequest.namespace)?.children.first)
    }

    @Test func exampleRequestGetsTheExampleResponse() throws {
        let request = try Contracts.text("civil-registration-agency/verifyPerson/examples/request.xml")
        let response = try Contracts.bytes("civil-registration-agency/verifyPerson/examples/response.xml")
        let answer = post(request)
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self) + "\n" == String(decoding: response, as: UTF8.self))
    }

    @Test(arguments: [
        ("<c:personalNumber>9000000001</c:personalNumber><c:caseId>A-1</c:caseId>", "<match>false</match>"),
        (
            "<c:personalNumber>1000000016</c:personalNumber><c:familyName>Someone</c:familyName><c:caseId>A-1</c:caseId>",
            "<match>false</match>"
        ),
        (
            "<c:personalNumber>1000000016</c:personalNumber><c:birthDate>1900-01-01</c:birthDate><c:caseId>A-1</c:caseId>",
            "<match>false</match>"
        ),
        ("<c:personalNumber>1000000016</c:personalNumber><c:caseId>A-1</c:caseId>", "<match>true</match>"),
        (
            "<c:personalNumber>1000000017</c:personalNumber><c:caseId>A-1</c:caseId>",
            "<faultCode>personalNumberInvalid</faultCode>"
        ),
    ])
    func outcome(request: String, expected: String) {
        let answer = post(envelope(request))
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(expected))
    }

    @Test func unknownNumberAndDifferingNameAreNotToldApart() {
        let unknown = post(envelope("<c:personalNumber>9000000001</c:personalNumber><c:caseId>A-1</c:caseId>"))
        let differing = post(
            envelope("<c:personalNumber>1000000016</c:personalNumber><c:givenName>Nobody</c:givenName><c:caseId>A-1</c:caseId>"))
        #expect(unknown == differing)
    }

    @Test func caseIdMustBeTheIssueOfTheHeader() {
        let header = #"<s:Header><x:issue xmlns:x="http://x-road.eu/xsd/xroad.xsd">B-2</x:issue></s:Header>"#
        let answer = post(envelope("<c:personalNumber>1000000016</c:personalNumber><c:caseId>A-1</c:caseId>", header: header))
        #expect(String(decoding: answer.body, as: UTF8.self).contains("<faultCode>caseIdDiffers</faultCode>"))
    }

    /// PR-MESS 2.2: the same header elements, in the same order, with the same values; prefixes are the requester's own.
    @Test func headersComeBackInOrderAndUnchanged() throws {
        let header = """
            <s:Header xmlns:q="http://x-road.eu/xsd/xroad.xsd" xmlns:i="http://x-road.eu/xsd/identifiers">
              <q:protocolVersion>4.0</q:protocolVersion>
              <q:service i:objectType="SERVICE"><i:xRoadInstance>XK</i:xRoadInstance><i:serviceCode>verifyPerson</i:serviceCode></q:service>
              <q:id> a &amp; b </q:id>
              <other xmlns="urn:other" mustBe="kept">Ë</other>
            </s:Header>
            """
        let request = envelope("<c:personalNumber>1000000016</c:personalNumber><c:caseId>A-1</c:caseId>", header: header)
        let answer = post(request)
        let sent = try XMLDocument(parsing: Array(request.utf8))
        let received = try XMLDocument(parsing: answer.body)
        let sentHeader = try #require(sent.root.child("Header", SOAPRequest.namespace))
        let receivedHeader = try #require(received.root.child("Header", SOAPRequest.namespace))
        #expect(try sent.canonical(sentHeader, .exclusive) == received.canonical(receivedHeader, .exclusive))
        #expect(receivedHeader.children.map(\.name) == ["protocolVersion", "service", "id", "other"])
    }

    @Test(arguments: [
        "", "no XML", "<a/>", #"<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>"#,
        #"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>"#,
        #"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><a/></s:Body></s:Envelope>"#,
        #"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><a/></s:Body><s:Body><a/></s:Body></s:Envelope>"#,
        #"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><a/></s:Body></s:Envelope>"#,
    ])
    func whatIsNoRequestGetsAFault(body: String) throws {
        try expectClientFault(post(body))
    }

    @Test(arguments: [
        "", "<c:caseId>A-1</c:caseId>", "<c:personalNumber>1000000016</c:personalNumber>",
        "<c:personalNumber>100000001</c:personalNumber><c:caseId>A-1</c:caseId>",
        "<c:personalNumber>1000000016</c:personalNumber><c:caseId>A 1</c:caseId>",
        "<c:personalNumber>1000000016</c:personalNumber><c:birthDate>1990-13-01</c:birthDate><c:caseId>A-1</c:caseId>",
        "<c:personalNumber>1000000016</c:personalNumber><c:givenName/><c:caseId>A-1</c:caseId>",
        "<c:caseId>A-1</c:caseId><c:personalNumber>1000000016</c:personalNumber>",
        "<c:personalNumber>1000000016</c:personalNumber><c:personalNumber>1000000016</c:personalNumber><c:caseId>A-1</c:caseId>",
        "<c:personalNumber>1000000016<!-- -->1</c:personalNumber><c:caseId>A-1</c:caseId>",
        "<personalNumber>1000000016</personalNumber><c:caseId>A-1</c:caseId>",
        "<c:personalNumber>1000000016</c:personalNumber><c:caseId>A-1</c:caseId><c:extra/>",
    ])
    func whatTheContractRefusesGetsAFault(request: String) throws {
        try expectClientFault(post(envelope(request)))
    }

    private func expectClientFault(_ answer: ServiceAnswer) throws {
        #expect(answer.status == 500)
        let fault = try body(answer)
        #expect(fault.named("Fault", SOAPRequest.namespace))
        #expect(fault.child("faultcode", nil)?.text == "soap:Client")
    }

    @Test func contractIsServed() {
        #expect(Self.service.answer(ServiceRequest(method: "GET", target: "/?wsdl")).body == Array("<wsdl/>".utf8))
        #expect(Self.service.answer(ServiceRequest(method: "GET", target: "/?WSDL")).status == 200)
    }

    @Test func otherHTTPRequestsAreRefused() {
        #expect(Self.service.answer(ServiceRequest(method: "GET", target: "/")).status == 405)
        #expect(Self.service.answer(ServiceRequest(method: "POST", target: "/other")).status == 404)
        #expect(post("{}", contentType: "application/json").status == 415)
    }
}
