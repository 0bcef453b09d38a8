import MessageCodecs
import PKI
import Testing
import XRoadModel

/// SOAP calls through both servers.
@Suite struct SOAPExchangeTests {
    @Test(arguments: ["text/xml; charset=UTF-8", "text/xml", "text/xml;charset=\"utf-8\"; action=\"x\""])
    func call(contentType: String) async throws {
        try await World.run { world in
            world.service.answer(
                ScriptedAnswer(headers: [("Content-Type", "text/xml;charset=utf-8")], body: SOAPText.answer.bytes))
            let answer = try await world.soap(
                SOAPText.request.bytes, contentType: contentType, headers: ["SOAPAction: \"urn:verify\""])
            #expect(answer.status == 200)
            #expect(answer.values("content-type") == ["text/xml;charset=utf-8"])
            let received = try #require(world.service.received.first)
            #expect(received.method == "POST")
            #expect(received.target == "/soap")
            #expect(received.body == SOAPText.request.bytes)
            #expect(received.values("content-type") == [contentType])
            #expect(received.values("soapaction") == ["\"urn:verify\""])
            // The hash of the request as sent, behind `id`; every other byte is the service's (PR-MESS 2.2).
            let hash = Base64.encode(DigestAlgorithm.sha512.digest(SOAPText.request.bytes))
            let element = "<xrd:requestHash algorithmId=\"http://www.w3.org/2001/04/xmlenc#sha512\">\(hash)</xrd:requestHash>"
            let expected = SOAPText.answer.replacing(SOAPText.identifier, with: SOAPText.identifier + element)
            #expect(String(decoding: answer.body, as: UTF8.self) == expected)
            let line = try #require(try await world.consumer.log.exchanges().first)
            #expect(line.fields["kind"] == "soap")
            #expect(line.fields["service"] == "TEST/GOV/M2/provider/verify/v1")
            try await world.expectEvidence(of: 1)
        }
    }

    /// A request hash that the service made up does not stay.
    @Test func forgedRequestHash() async throws {
        try await World.run { world in
            let forged = SOAPText.envelope(
                header: SOAPText.header + "<xrd:requestHash algorithmId=\"x\">AAAA</xrd:requestHash>", body: SOAPText.answerBody)
            world.service.answer(ScriptedAnswer(headers: [("Content-Type", "text/xml")], body: forged.bytes))
            let answer = try await world.soap(SOAPText.request.bytes)
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(answer.status == 200)
            #expect(!text.contains("AAAA"))
            #expect(text.components(separatedBy: "<xrd:requestHash").count == 2)
        }
    }

    /// The largest message that is taken, which also is the largest piece that goes over a connection.
    @Test func largestMessage() async throws {
        let frame = SOAPText.envelope(body: "<p:verify xmlns:p=\"urn:permits\"></p:verify>").utf8.count
        let text = String(repeating: "a", count: (1 << 20) - frame)
        let request = SOAPText.envelope(body: "<p:verify xmlns:p=\"urn:permits\">\(text)</p:verify>")
        #expect(request.utf8.count == 1 << 20)
        try await World.run { world in
            world.service.answer(ScriptedAnswer(headers: [("Content-Type", "text/xml")], body: SOAPText.answer.bytes))
            let answer = try await world.soap(request.bytes)
            #expect(answer.status == 200)
            expectSame(world.service.received.first?.body ?? [], request.bytes)
            try await world.expectEvidence(of: 1)
        }
    }

    /// The service's own fault reaches the caller byte for byte, and is no answer: nothing of it is signed or kept.
    @Test(arguments: [(200, 200), (500, 200), (500, 500)])
    func faultsOfTheServicePassThrough(serviceStatus: Int, faultStatus: Int) async throws {
        try await World.run({ $0.consumer.soapFaultStatus = faultStatus }) { world in
            world.service.answer(
                ScriptedAnswer(status: serviceStatus, headers: [("Content-Type", "text/xml")], body: SOAPText.fault.bytes))
            let answer = try await world.soap(SOAPText.request.bytes)
            #expect(answer.status == faultStatus)
            #expect(answer.body == SOAPText.fault.bytes)
            #expect(try await world.consumer.log.exchanges().first?.fields["fault"] == "soap:Server")
            #expect(try await world.provider.log.exchanges().first?.fields["fault"] == "soap:Server")
            try await world.expectRecords(consumer: 1, provider: 1)
        }
    }
}
