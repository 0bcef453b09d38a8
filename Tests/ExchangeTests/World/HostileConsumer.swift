import MessageCodecs
import Networking
import PKI
import Testing
import XRoadModel

@testable import Ura

/// The provider's answer to a hand-made message.
struct PeerAnswer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    func values(_ name: String) -> [String] { headers.filter { $0.name.lowercased() == name }.map(\.value) }
}

/// Calls of another security server, written by hand.
extension World {
    static let forgedHead = """
        POST\r
        /r1/TEST/GOV/M2/provider/permits/list\r
        x-road-client:TEST/GOV/M1/consumer\r
        x-road-id:id-1\r
        x-road-request-id:7c2ee5d2-0a5e-4b2a-9d43-0d1f0a7f8c11\r
        content-type:text/plain\r

        """

    /// As the consumer's server would send it, unless `edit` says otherwise.
    func forgedRequest(
        head: String = forgedHead, body: [UInt8]? = "question".bytes,
        signing edit: (inout ForgedSigning) throws -> Void = { _ in }
    ) throws -> ForgedMessage {
        var signing = ForgedSigning(instance.consumer, at: clock.now())
        try edit(&signing)
        var message = ForgedMessage()
        message.fields = [
            ("x-road-message-type", "REST"), ("x-hash-algorithm", signing.digest.name), ("x-original-content-type", "text/plain"),
            ("x-road-request-id", "7c2ee5d2-0a5e-4b2a-9d43-0d1f0a7f8c11"), ("x-proxy-version", "7.8.0"),
            ("Content-Type", "multipart/mixed; charset=UTF-8; boundary=\(ForgedMessage.boundary)"),
        ]
        message.append(.ocspResponse, try instance.ocspResponse(on: instance.consumerTLS.certificate, at: clock.now()).der)
        message.append(.requestHead, head.bytes)
        if let body { message.append(.body, body) }
        try sign(&message, signing, head.bytes, body)
        return message
    }

    func forgedSOAPRequest(
        _ text: String = SOAPText.request, signing edit: (inout ForgedSigning) throws -> Void = { _ in }
    ) throws -> ForgedMessage {
        var signing = ForgedSigning(instance.consumer, at: clock.now())
        try edit(&signing)
        var message = ForgedMessage()
        message.fields = [
            ("x-hash-algorithm", signing.digest.name), ("x-original-content-type", "text/xml; charset=UTF-8"),
            ("x-road-request-id", "7c2ee5d2-0a5e-4b2a-9d43-0d1f0a7f8c11"), ("x-proxy-version", "7.8.0"),
            ("x-original-soapaction", "\"\""),
            ("Content-Type", "multipart/mixed; charset=UTF-8; boundary=\(ForgedMessage.boundary)"),
        ]
        message.append(.ocspResponse, try instance.ocspResponse(on: instance.consumerTLS.certificate, at: clock.now()).der)
        message.append(.soap, text.bytes)
        try sign(&message, signing, text.bytes, nil)
        return message
    }

    func sign(_ message: inout ForgedMessage, _ signing: ForgedSigning, _ part: [UInt8], _ body: [UInt8]?) throws {
        let signature = try signing.sign(instance, message: part, attachments: body.map { [$0] } ?? [])
        if let chain = signature.hashChain {
            message.append(.hashChainResult, chain.result)
            message.append(.hashChain, chain.chain)
        }
        message.append(.signature, signature.signature)
    }

    /// Sends it to the provider's server over a connection of its own; `identity` nil shows no certificate.
    func send(_ message: ForgedMessage, as identity: Identity?) async throws -> PeerAnswer {
        let client = PeerClient(
            tls: try TLSContext(client: identity?.tls, settings: .peers(legacySuites: true)), group: group,
            log: consumer.log.logger)
        let connection = try await client.connect(host: provider.address, port: PeerConnector.port)
        defer { connection.release(reusable: false) }
        let bytes = message.encoded
        try await connection.sendHead(
            method: message.method, path: "/",
            headers: message.fields.map { ($0.name, $0.value) } + [("Content-Length", "\(bytes.count)")])
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            try await connection.write(Array(bytes[start..<min(start + 65_536, bytes.count)]))
        }
        try await connection.end()
        let (status, headers) = try await connection.responseHead()
        var body: [UInt8] = []
        while let piece = try await connection.nextResponseChunk() { body += piece }
        return PeerAnswer(status: status, headers: headers.map { ($0.0, $0.1) }, body: body)
    }
}
