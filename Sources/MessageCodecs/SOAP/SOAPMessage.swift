import PKI
import XML
import XRoadModel

/// What a SOAP part turns out to be.
package enum SOAPContent: Sendable, Equatable {
    case message(SOAPMessage)
    case fault(Fault)
}

/// A SOAP request or response with its bytes, which are what is signed and passed on (PR-MESS 2).
package struct SOAPMessage: Sendable, Equatable {
    package let bytes: [UInt8]
    package let header: SOAPHeader

    /// Reads a part or an HTTP body of `contentType`. A message must suit its direction: the body's element bears the service's
    /// code, in a response with `Response` behind it (PR-MESS 2.3). X-Road is content with a common beginning, which lets a caller
    /// with a right for `get` name `getSecret` to the service; here only the customary `Request` may follow.
    package static func read(
        _ bytes: [UInt8], contentType: ContentType, _ direction: MessageDirection, limits: XMLLimits = .message
    ) throws(CodecFailure) -> SOAPContent {
        guard [MediaType.xml, MediaType.xop].contains(contentType.mediaType) else { throw .invalidContentType(contentType.text) }
        let document = try Self.parse(bytes, limits)
        try requireCharset(contentType, of: document)
        let envelope = document.root
        guard envelope.named("Envelope", SOAPNamespace.envelope) else { throw .invalidSOAP("envelope missing") }
        let bodies = envelope.children("Body", SOAPNamespace.envelope)
        if bodies.count == 1, let fault = bodies[0].child("Fault", SOAPNamespace.envelope) {
            guard bodies[0].children.count == 1 else { throw .invalidBody }
            return .fault(Fault(element: fault))
        }
        let headers = envelope.children("Header", SOAPNamespace.envelope)
        guard let headerElement = headers.first else { throw .missingHeader }
        guard headers.count == 1 else { throw .invalidSOAP("more than one header") }
        let header = try SOAPHeader(headerElement)
        guard let body = bodies.first else { throw .missingBody }
        let content = body.children
        guard bodies.count == 1, content.count == 1 else { throw .invalidBody }
        let name = content[0].name.utf8
        guard Self.bodyNames(header.service.serviceCode, direction).contains(where: { $0.utf8.elementsEqual(name) }) else {
            throw .inconsistentHeaders("body element is not named after the service code")
        }
        return .message(SOAPMessage(bytes: bytes, header: header))
    }

    private static func bodyNames(_ serviceCode: String, _ direction: MessageDirection) -> [String] {
        direction == .request ? [serviceCode, serviceCode + "Request"] : [serviceCode + "Response"]
    }

    static func parse(_ bytes: [UInt8], _ limits: XMLLimits) throws(CodecFailure) -> XMLDocument {
        do { return try XMLDocument(parsing: bytes, limits: limits) } catch { throw .invalidSOAP("\(error)") }
    }

    /// The charset of the content type and the document's own encoding must agree (PR-MESS 2.6) wherever it makes a difference.
    private static func requireCharset(_ contentType: ContentType, of document: XMLDocument) throws(CodecFailure) {
        guard let charset = contentType.charset?.lowercasedASCII() else { return }
        let encodings: [String: XMLEncoding] = [
            "utf-8": .utf8, "utf8": .utf8, "utf-16": .utf16, "iso-8859-1": .latin1, "latin1": .latin1,
        ]
        guard encodings[charset] == document.encoding || document.source.allSatisfy({ $0 < 0x80 }) else {
            throw .invalidContentType("charset \(charset), but the document is in \(document.encoding.rawValue)")
        }
    }

    /// Throws unless this response repeats the header fields of `request` (PR-MESS 2.2) and, as `requestHash`, its digest.
    package func requireAnswer(to request: SOAPMessage) throws(CodecFailure) {
        let (own, other) = (header, request.header)
        guard own.client == other.client else { throw .inconsistentHeaders("client differs from the request's") }
        guard own.service == other.service else { throw .inconsistentHeaders("service differs from the request's") }
        guard own.messageID == other.messageID else { throw .inconsistentHeaders("id differs from the request's") }
        guard own.userID == other.userID else { throw .inconsistentHeaders("userId differs from the request's") }
        guard own.issue == other.issue else { throw .inconsistentHeaders("issue differs from the request's") }
        guard own.representedParty == other.representedParty else {
            throw .inconsistentHeaders("representedParty differs from the request's")
        }
        guard let hash = own.requestHash else { throw .inconsistentResponse("request hash is missing") }
        guard let digest = hash.algorithm.flatMap({ DigestAlgorithm(uri: $0) }), digest != .sha1 else {
            throw .inconsistentResponse("request hash has no supported algorithm")
        }
        guard Base64.decode(spaced: hash.value) == digest.digest(request.bytes) else {
            throw .inconsistentResponse("request hash is not of the request")
        }
    }
}
