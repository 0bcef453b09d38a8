import MessageCodecs
import PKI
import TestSupport
import Testing
import XRoadModel

/// REST heads as X-Road wrote them.
@Suite struct ReferenceRESTTests {
    @Test(arguments: ["conn1", "conn3"])
    func requestAndResponseBelongTogether(name: String) throws {
        guard let sent = try HTTPCapture.vector("\(name)-request.bin"),
            let answered = try HTTPCapture.vector("\(name)-response.bin")
        else { return }
        let (requestBytes, requestBody) = try head(of: sent, .request)
        let (responseBytes, _) = try head(of: answered, .response)
        let request = try RESTRequestHead.decode(requestBytes)
        let response = try RESTResponseHead.decode(responseBytes)
        #expect(request.encoded() == requestBytes)
        #expect(response.encoded() == responseBytes)
        #expect(request.client.description == "DEV/COM/4321/TestClient")
        #expect(request.service.description == "DEV/COM/1234/TestService/rest")
        #expect(request.servicePath.text == "/json")
        #expect(request.query == (name == "conn3" ? "q=1" : nil))

        let hash = RESTRequestHash.compute(head: requestBytes, bodyDigest: requestBody.map { RESTRequestHash.digest.digest($0) })
        try response.requireAnswer(to: request, requestHash: hash)
        #expect(
            failure { try response.requireAnswer(to: request, requestHash: Array(hash.reversed())) }?.faultCode
                == .inconsistentResponse)
    }

    /// What we make of the same HTTP messages is what X-Road made of them.
    @Test func composesWhatXRoadComposes() throws {
        guard let sent = try HTTPCapture.vector("conn3-request.bin"), let answered = try HTTPCapture.vector("conn3-response.bin")
        else {
            return
        }
        let (requestBytes, requestBody) = try head(of: sent, .request)
        let received = try RESTRequestHead.decode(requestBytes)
        let request = try RESTRequestHead(
            method: received.verb.rawValue, target: "/r1/DEV/COM/1234/TestService/rest/json?q=1",
            fields: [
                ("Host", "localhost"), ("User-Agent", "curl"), ("Accept", "*/*"), ("Content-Type", "application/json"),
                ("X-Road-Request-Id", "forged"), ("X-Road-Client", "DEV/COM/4321/TestClient"), ("Content-Length", "7"),
            ], requestID: received.requestID ?? "", messageID: received.messageID)
        #expect(request.encoded() == requestBytes)

        let (responseBytes, _) = try head(of: answered, .response)
        let response = try RESTResponseHead.decode(responseBytes)
        let composed = try RESTResponseHead(
            status: 200, reason: "OK",
            fields: [("Server", "nginx"), ("x-road-service", "X/Y")] + response.fields.prefix(5).map { ($0.name, $0.value) },
            answering: request,
            requestHash: RESTRequestHash.compute(
                head: requestBytes, bodyDigest: requestBody.map { RESTRequestHash.digest.digest($0) }))
        #expect(composed.encoded() == responseBytes)
    }

    private func head(of message: HTTPCapture, _ direction: MessageDirection) throws -> ([UInt8], body: [UInt8]?) {
        var head: [UInt8] = []
        var body: [UInt8]?
        for event in try decodeTransport(message.body, direction, .rest, contentType: message.contentType) {
            if case .restHead(let bytes) = event { head = bytes }
            if case .bodyData(let bytes) = event { body = Array(bytes) }
        }
        return (head, body)
    }
}
