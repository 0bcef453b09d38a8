import PKI
import XRoadModel

/// A REST response but for its body: status line and header fields (PR-REST 4.3, PR-MESSTRANSP 3.3 step 7d).
package struct RESTResponseHead: Sendable, Equatable {
    package let status: Int
    package let reason: String
    /// In order. All of them are signed and reach the information system.
    package let fields: [HeaderField]
    package let client: ClientIdentifier?
    package let service: ServiceIdentifier?
    package let messageID: String
    package let requestID: String?
    package let requestHash: [UInt8]

    /// From the HTTP answer of a service to `request`; `requestHash` is of that request.
    package init(
        status: Int, reason: String, fields: [(name: String, value: String)], answering request: RESTRequestHead,
        requestHash: [UInt8]
    ) throws(CodecFailure) {
        let own = [
            HeaderField(name: RESTFields.messageID, value: request.messageID),
            HeaderField(name: RESTFields.client, value: IdentifierText.encode(request.client)),
            HeaderField(name: RESTFields.service, value: IdentifierText.encode(request.service)),
            request.requestID.flatMap { HeaderField(name: RESTFields.requestID, value: $0) },
            HeaderField(name: RESTFields.requestHash, value: Base64.encode(requestHash)),
        ]
        let kept = try RESTFields.filter(fields, without: RESTFields.notFromService)
        try self.init(status: status, reason: reason, fields: kept + own.compactMap(\.self))
    }

    /// From the message part of a transport message.
    package static func decode(_ bytes: [UInt8]) throws(CodecFailure) -> RESTResponseHead {
        let text = try RESTHeadText.decode(bytes)
        guard text.first.utf8.count == 3, let status = Int(text.first) else { throw .invalidREST("response has no status") }
        return try RESTResponseHead(status: status, reason: text.second, fields: text.fields)
    }

    private init(status: Int, reason: String, fields: [HeaderField]) throws(CodecFailure) {
        guard (100...999).contains(status), HeaderField.isText(reason) else { throw .invalidREST("response has no valid status") }
        guard let messageID = try RESTFields.single(RESTFields.messageID, in: fields), !messageID.isEmpty,
            let hash = try RESTFields.single(RESTFields.requestHash, in: fields).flatMap({ Base64.decode($0) }), !hash.isEmpty
        else { throw .invalidREST("response lacks x-road-id or x-road-request-hash") }
        self.status = status
        self.reason = reason
        self.fields = fields
        self.messageID = messageID
        requestHash = hash
        client = try RESTFields.single(RESTFields.client, in: fields).flatMap(IdentifierText.client)
        service = try RESTFields.single(RESTFields.service, in: fields).flatMap(IdentifierText.service)
        requestID = try RESTFields.single(RESTFields.requestID, in: fields)
    }

    /// The bytes of the message part: what is digested and signed.
    package func encoded() -> [UInt8] { RESTHeadText(first: String(status), second: reason, fields: fields).encoded() }

    /// Throws `inconsistentResponse` unless this answers `request`, whose hash is `requestHash`.
    package func requireAnswer(to request: RESTRequestHead, requestHash: [UInt8]) throws(CodecFailure) {
        guard client == request.client else { throw .inconsistentResponse("client identifier differs") }
        guard messageID == request.messageID else { throw .inconsistentResponse("message identifier differs") }
        guard service == request.service else { throw .inconsistentResponse("service identifier differs") }
        guard requestID == request.requestID else { throw .inconsistentResponse("request identifier differs") }
        guard self.requestHash == requestHash else { throw .inconsistentResponse("request hash differs") }
    }
}
