import XRoadModel

/// The methods that the protocol carries; any other is refused.
package enum RESTVerb: String, Sendable, CaseIterable {
    case delete = "DELETE"
    case get = "GET"
    case head = "HEAD"
    case options = "OPTIONS"
    case patch = "PATCH"
    case post = "POST"
    case put = "PUT"
    case trace = "TRACE"
}

/// A REST request but for its body: request line and header fields (PR-REST 4.1, PR-MESSTRANSP 3.2 step 4f).
package struct RESTRequestHead: Sendable, Equatable {
    package let verb: RESTVerb
    let target: RESTTarget
    /// In order. All of them are signed and reach the service.
    package let fields: [HeaderField]
    package let client: ClientIdentifier
    /// `X-Road-Id`, the message's identifier.
    package let messageID: String
    /// `X-Road-Request-Id`; absent from very old security servers.
    package let requestID: String?
    package let securityServer: SecurityServerIdentifier?
    package let representedParty: RepresentedParty?

    package var service: ServiceIdentifier { target.service }
    /// On this the right is decided, and under this the service is called.
    package var servicePath: NormalizedPath { target.servicePath }
    package var query: String? { target.query }
    package var userID: String? { fields.first(RESTFields.userID) }
    package var issue: String? { fields.first(RESTFields.issue) }

    /// From the HTTP request of an information system. `target` is its path and query as received. Fields that must not travel are
    /// dropped; `requestID` replaces any of the client's; `messageID` is used where the client sent none.
    package init(
        method: String, target: String, fields: [(name: String, value: String)], requestID: String, messageID: String
    ) throws(CodecFailure) {
        var kept = try RESTFields.filter(fields, without: RESTFields.notFromClient)
        if let field = HeaderField(name: RESTFields.requestID, value: requestID) { kept.append(field) }
        if kept.first(RESTFields.messageID) == nil, let field = HeaderField(name: RESTFields.messageID, value: messageID) {
            kept.append(field)
        }
        try self.init(method: method, target: target, fields: kept)
    }

    /// From the message part of a transport message.
    package static func decode(_ bytes: [UInt8]) throws(CodecFailure) -> RESTRequestHead {
        let text = try RESTHeadText.decode(bytes)
        return try RESTRequestHead(method: text.first, target: text.second, fields: text.fields)
    }

    private init(method: String, target: String, fields: [HeaderField]) throws(CodecFailure) {
        guard let verb = RESTVerb(rawValue: method) else { throw .invalidREST("method is not supported") }
        self.verb = verb
        self.target = try RESTTarget(target)
        self.fields = fields
        guard let client = try RESTFields.single(RESTFields.client, in: fields).flatMap(IdentifierText.client) else {
            throw .invalidREST("header X-Road-Client is missing or is no client identifier")
        }
        guard let messageID = try RESTFields.single(RESTFields.messageID, in: fields), (1...255).contains(messageID.utf8.count)
        else {
            throw .invalidREST("header X-Road-Id must have 1 to 255 characters")
        }
        self.client = client
        self.messageID = messageID
        requestID = try RESTFields.single(RESTFields.requestID, in: fields)
        securityServer = try Self.parsed(RESTFields.securityServer, fields, IdentifierText.securityServer)
        representedParty = try Self.parsed(RESTFields.representedParty, fields, IdentifierText.representedParty)
        _ = try RESTFields.single(RESTFields.userID, in: fields)
        _ = try RESTFields.single(RESTFields.issue, in: fields)
    }

    private static func parsed<Value>(
        _ name: String, _ fields: [HeaderField], _ parse: (String) -> Value?
    ) throws(CodecFailure) -> Value? {
        guard let text = try RESTFields.single(name, in: fields) else { return nil }
        guard let value = parse(text) else { throw .invalidREST("header \(name) is no identifier") }
        return value
    }

    /// The bytes of the message part: what is digested and signed.
    package func encoded() -> [UInt8] { RESTHeadText(first: verb.rawValue, second: target.text, fields: fields).encoded() }
}
