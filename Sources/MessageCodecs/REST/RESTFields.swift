/// Header fields that the security server itself sets, drops or reads in REST messages (PR-REST 4.3).
enum RESTFields {
    static let client = "x-road-client"
    static let service = "x-road-service"
    static let messageID = "x-road-id"
    static let requestID = "x-road-request-id"
    static let requestHash = "x-road-request-hash"
    static let securityServer = "x-road-security-server"
    static let representedParty = "x-road-represented-party"
    static let userID = "x-road-userid"
    static let issue = "x-road-issue"
    static let error = "x-road-error"

    /// Hop by hop, naming the origin host, or handled here. They are not part of a message.
    static let neverInMessage = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        "host", "user-agent", "server", "content-length", "expect",
    ]

    /// Set by security servers; a client's own are dropped.
    static let notFromClient = [requestID, requestHash, service, error]

    /// Set by the provider's security server; a service's own are dropped.
    static let notFromService = [messageID, client, service, requestID, requestHash, error]

    static let maximumCount = 256

    /// The fields of an HTTP message that become part of the REST message, in their order.
    static func filter(
        _ fields: [(name: String, value: String)], without dropped: [String]
    ) throws(CodecFailure) -> [HeaderField] {
        var kept: [HeaderField] = []
        for (name, value) in fields {
            if neverInMessage.contains(where: name.equalsIgnoringCase) || dropped.contains(where: name.equalsIgnoringCase) {
                continue
            }
            guard let field = HeaderField(name: name, value: value) else { throw .invalidREST("header field is malformed") }
            kept.append(field)
        }
        guard kept.count <= maximumCount else { throw .limitExceeded(.restFields, limit: maximumCount) }
        return kept
    }

    /// The one value of a field of which two would be ambiguous.
    static func single(_ name: String, in fields: [HeaderField]) throws(CodecFailure) -> String? {
        var value: String?
        for field in fields where field.named(name) {
            guard value == nil else { throw .invalidREST("header \(name) stands more than once") }
            value = field.value
        }
        return value
    }
}
