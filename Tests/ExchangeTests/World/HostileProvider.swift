import MessageCodecs
import PKI
import Testing
import XRoadModel

/// Answers of a provider's server, written by hand.
extension World {
    /// As the provider's server would answer, unless `signing` says otherwise. `like` changes the request that the answer pretends
    /// to belong to.
    func forgedAnswer(
        to received: ReceivedHTTP, body: [UInt8]? = "answer".bytes, like: (String) -> String = { $0 },
        requestHash: [UInt8]? = nil,
        signing edit: (inout ForgedSigning) throws -> Void = { _ in }
    ) throws -> ForgedMessage {
        let opened = try OpenedMessage(received)
        let head = try RESTRequestHead.decode(like(String(decoding: opened.part, as: UTF8.self)).bytes)
        let hash = RESTRequestHash.compute(head: opened.part, bodyDigest: opened.body.map(DigestAlgorithm.sha512.digest))
        let answer = try RESTResponseHead(
            status: 200, reason: "OK", fields: [("Content-Type", "text/plain")], answering: head, requestHash: requestHash ?? hash
        ).encoded()
        var signing = ForgedSigning(instance.provider, at: clock.now())
        try edit(&signing)
        var message = ForgedMessage()
        message.fields = [("x-hash-algorithm", signing.digest.name), Self.multipart]
        message.append(.answerHead, answer)
        if let body { message.append(.body, body) }
        try sign(&message, signing, answer, body)
        return message
    }

    func forgedSOAPAnswer(
        to received: ReceivedHTTP, header: (String) -> String = { $0 }, body: String = SOAPText.answerBody,
        signing edit: (inout ForgedSigning) throws -> Void = { _ in }
    ) throws -> ForgedMessage {
        let hash = Base64.encode(DigestAlgorithm.sha512.digest(try OpenedMessage(received).part))
        let element = "<xrd:requestHash algorithmId=\"\(DigestAlgorithm.sha512.uri)\">\(hash)</xrd:requestHash>"
        let text = SOAPText.envelope(header: header(SOAPText.header + element), body: body)
        var signing = ForgedSigning(instance.provider, at: clock.now())
        try edit(&signing)
        var message = ForgedMessage()
        message.fields = [("x-hash-algorithm", signing.digest.name), ("x-original-content-type", "text/xml"), Self.multipart]
        message.append(.soap, text.bytes)
        try sign(&message, signing, text.bytes, nil)
        return message
    }

    private static let multipart = (
        name: "Content-Type", value: "multipart/mixed; charset=UTF-8; boundary=\(ForgedMessage.boundary)"
    )
}

extension ScriptedAnswer {
    init(_ message: ForgedMessage, status: Int = 200) {
        self.init(status: status, headers: message.fields.map { ($0.name, $0.value) }, body: message.encoded)
    }
}
