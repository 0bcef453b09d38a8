import MessageCodecs
import PKI
import Testing
import XRoadModel

/// PR-MESS 2.
@Suite struct SOAPMessageTests {
    private func read(_ text: String, _ direction: MessageDirection = .request, contentType: String = "text/xml") throws
        -> SOAPMessage
    {
        let content = try SOAPMessage.read(Array(text.utf8), contentType: try ContentType(contentType), direction)
        guard case .message(let message) = content else { throw CodecFailure.unexpectedContent("a fault") }
        return message
    }

    @Test func readsHeaderFields() throws {
        let extra =
            "<x:userId>U</x:userId><x:issue></x:issue><x:securityServer i:objectType=\"SERVER\"><i:xRoadInstance>A</i:xRoadInstance>"
            + "<i:memberClass>B</i:memberClass><i:memberCode>P</i:memberCode><i:serverCode>one</i:serverCode></x:securityServer>"
            + "<r:representedParty xmlns:r=\"http://x-road.eu/xsd/representation.xsd\"><r:partyCode>Z</r:partyCode></r:representedParty>"
            + "<other xmlns=\"urn:other\"/><client xmlns=\"urn:other\"/>"
        let header = try read(SOAPText.request.replacing(SOAPText.versionField, with: SOAPText.versionField + extra)).header
        #expect(header.client.description == "A/B/C/D")
        #expect(header.service.description == "A/B/P/get/v1")
        #expect(header.messageID == "42")
        #expect(header.userID == "U")
        #expect(header.issue?.isEmpty == true)
        #expect(header.securityServer?.description == "A/B/P/one")
        #expect(header.representedParty == RepresentedParty(partyClass: nil, partyCode: "Z"))
        #expect(header.requestHash == nil)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let fault: FaultCode
        var testDescription: String { "\(old.prefix(40)) → \(new.prefix(40)) \(fault)" }

        init(_ old: String, _ new: String, _ fault: FaultCode) {
            (self.old, self.new, self.fault) = (old, new, fault)
        }
    }

    static func twice(_ field: String) -> Change { Change(field, field + field, .duplicateHeaderField) }

    static let changes = [
        Change("<s:Envelope", "<!DOCTYPE a [<!ENTITY b \"c\">]><s:Envelope", .invalidSOAP),
        Change("</s:Envelope>", "", .invalidSOAP),
        Change("</s:Envelope>", "</s:Envelope><a/>", .invalidSOAP), Change("<x:id>42", "<x:id>&b;", .invalidSOAP),
        Change("soap/envelope/", "soap/envelope", .invalidSOAP),
        twice(SOAPText.clientField), twice(SOAPText.serviceField), twice(SOAPText.idField), twice(SOAPText.versionField),
        Change(SOAPText.clientField, "", .missingHeaderField), Change(SOAPText.serviceField, "", .missingHeaderField),
        Change(SOAPText.idField, "", .missingHeaderField), Change(SOAPText.versionField, "", .missingHeaderField),
        Change("<x:id>42</x:id>", "<x:id/>", .missingHeaderField),
        Change("<x:id>42", "<x:id>\(String(repeating: "4", count: 256))", .invalidSOAP),
        Change("<x:id>42", "<x:id>4<!-- -->2", .invalidSOAP), Change("<x:id>42", "<x:id>4<b/>2", .invalidSOAP),
        Change("<x:id>42</x:id>", "<id>42</id>", .missingHeaderField),
        Change("<x:id>42</x:id>", "<i:id>42</i:id>", .missingHeaderField),
        Change(">4.0<", ">3.1<", .invalidProtocolVersion), Change(">4.0<", ">4<", .invalidProtocolVersion),
        Change(">4.0<", ">4.<", .invalidProtocolVersion), Change(">4.0<", ">4.x<", .invalidProtocolVersion),
        Change(">4.0<", "> 4.0<", .invalidProtocolVersion), Change(">4.0<", ">40<", .invalidProtocolVersion),
        Change("i:objectType=\"SUBSYSTEM\"", "", .invalidXML),
        Change("i:objectType=\"SUBSYSTEM\"", "objectType=\"SUBSYSTEM\"", .invalidXML),
        Change("i:objectType=\"SUBSYSTEM\"", "i:objectType=\"MEMBER\"", .invalidXML),
        Change("i:objectType=\"SUBSYSTEM\"", "i:objectType=\"SERVICE\"", .invalidXML),
        Change("i:objectType=\"SERVICE\"", "i:objectType=\"SUBSYSTEM\"", .invalidXML),
        Change("<i:subsystemCode>D</i:subsystemCode>", "", .invalidXML),
        Change("<i:memberCode>C</i:memberCode>", "", .invalidXML),
        Change("<i:memberCode>C", "<i:memberCode>", .invalidXML), Change("<i:memberCode>C", "<i:memberCode>C\n", .invalidXML),
        Change(
            "<i:memberCode>C</i:memberCode>", "<i:memberCode>C</i:memberCode><i:memberCode>C</i:memberCode>",
            .duplicateHeaderField),
        Change("<i:serviceCode>get</i:serviceCode>", "", .invalidXML),
        Change("<i:serviceCode>get<", "<i:serviceCode>ge<", .inconsistentHeaders),
        Change("<m:get ", "<m:getSecret ", .inconsistentHeaders), Change("<m:get ", "<m:getResponse ", .inconsistentHeaders),
        Change("<m:get ", "<m:Get ", .inconsistentHeaders),
        Change("<s:Header>", "<s:Header/><s:Header>", .invalidSOAP), Change("s:Header>", "s:Heading>", .missingHeader),
        Change("s:Body>", "s:Soul>", .missingBody), Change("</s:Body>", "</s:Body><s:Body><a/></s:Body>", .invalidBody),
        Change("</s:Body>", "<a/></s:Body>", .invalidBody), Change("<m:get xmlns:m=\"urn:m\"/>", "", .invalidBody),
        Change("</s:Body>", "<s:Fault/></s:Body>", .invalidBody),
        Change("<s:Header>\(SOAPText.clientField)", "\(SOAPText.clientField)<s:Header>", .missingHeaderField),
    ]

    @Test(arguments: changes)
    func refuses(change: Change) throws {
        let text = SOAPText.request.replacing(change.old, with: change.new)
        #expect(text != SOAPText.request)
        #expect(failure { _ = try read(text) }?.faultCode == change.fault)
    }

    @Test(arguments: [">4.1<", ">4.12<"])
    func takesMinorVersions(version: String) throws {
        _ = try read(SOAPText.request.replacing(">4.0<", with: version))
    }

    @Test func bodyElementDependsOnTheDirection() throws {
        _ = try read(SOAPText.request)
        _ = try read(SOAPText.request.replacing("<m:get ", with: "<m:getRequest "))
        _ = try read(SOAPText.response, .response)
        #expect(failure { _ = try read(SOAPText.response) }?.faultCode == .inconsistentHeaders)
        #expect(failure { _ = try read(SOAPText.request, .response) }?.faultCode == .inconsistentHeaders)
    }

    @Test(arguments: [
        ("text/xml", "", true), ("application/xop+xml; type=\"text/xml\"", "", true), ("TEXT/XML; charset=Utf-8", "é", true),
        ("text/xml; charset=iso-8859-1", "", true), ("text/xml; charset=us-ascii", "", true),
        ("text/xml; charset=iso-8859-1", "é", false),
        ("text/xml; charset=utf-16", "é", false), ("text/xml; charset=utf-7", "é", false), ("application/xml", "", false),
        ("application/soap+xml", "", false),
    ])
    func contentTypes(type: String, extra: String, accepted: Bool) throws {
        let text = SOAPText.request.replacing(">42<", with: ">42\(extra)<")
        #expect(failure { _ = try read(text, contentType: type) }?.faultCode == (accepted ? nil : .invalidContentType))
    }

    @Test func encodings() throws {
        let text = SOAPText.request.replacing(">42<", with: ">é<")
        let declared = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + text
        let latin1 = declared.unicodeScalars.map { UInt8($0.value) }
        var utf16: [UInt8] = [0xFE, 0xFF]
        for unit in text.utf16 { utf16 += [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
        let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        for (bytes, charset) in [(latin1, "iso-8859-1"), (utf16, "utf-16"), (marked, "utf-8")] {
            guard
                case .message(let message) = try SOAPMessage.read(
                    bytes, contentType: try ContentType("text/xml; charset=\(charset)"), .request)
            else { continue }
            #expect(message.header.messageID == "é")
            #expect(message.bytes == bytes)
            #expect(
                failure { _ = try SOAPMessage.read(bytes, contentType: try ContentType("text/xml; charset=utf-7"), .request) }
                    != nil)
        }
        #expect(failure { _ = try SOAPMessage.read(latin1, contentType: .xml, .request) }?.faultCode == .invalidContentType)
    }

    @Test(arguments: [
        ("<i:subsystemCode>D", "<i:subsystemCode>E"), ("<i:serviceVersion>v1", "<i:serviceVersion>v2"), ("<x:id>42", "<x:id>43"),
        ("<x:userId>U", "<x:userId>V"), ("<x:issue>I</x:issue>", ""), ("<r:partyCode>Z", "<r:partyCode>Y"),
    ])
    func responseRepeatsTheRequest(old: String, new: String) throws {
        let fields =
            "<x:userId>U</x:userId><x:issue>I</x:issue><r:representedParty xmlns:r=\"http://x-road.eu/xsd/representation.xsd\">"
            + "<r:partyCode>Z</r:partyCode></r:representedParty>" + SOAPText.versionField
        let request = try read(SOAPText.request.replacing(SOAPText.versionField, with: fields))
        let response = try read(SOAPText.response.replacing(SOAPText.versionField, with: fields), .response)
        let answer = try SOAPRequestHash.insert(DigestAlgorithm.sha512.digest(request.bytes), .sha512, into: response)
        let text = String(decoding: answer, as: UTF8.self)
        try read(text, .response).requireAnswer(to: request)
        let other = try read(text.replacing(old, with: new), .response)
        #expect(failure { try other.requireAnswer(to: request) }?.faultCode == .inconsistentHeaders)
    }

    @Test(arguments: [
        "", "<x:requestHash>AQID</x:requestHash>",
        "<x:requestHash algorithmId=\"http://www.w3.org/2000/09/xmldsig#sha1\">AQID</x:requestHash>",
        "<x:requestHash algorithmId=\"http://www.w3.org/2001/04/xmlenc#sha512\">AQID</x:requestHash>",
        "<x:requestHash algorithmId=\"http://www.w3.org/2001/04/xmlenc#sha512\">?</x:requestHash>",
    ])
    func refusesRequestHash(element: String) throws {
        let request = try read(SOAPText.request)
        let response = try read(SOAPText.response.replacing(SOAPText.idField, with: SOAPText.idField + element), .response)
        #expect(failure { try response.requireAnswer(to: request) }?.faultCode == .inconsistentResponse)
    }
}
