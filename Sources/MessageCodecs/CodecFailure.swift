import XRoadModel

/// A bound that a message exceeded.
package enum CodecLimit: String, Sendable {
    case partHeaderBytes = "header of a message part in bytes"
    case partHeaderFields = "header fields of a message part"
    case parts = "parts of a multipart"
    case ocspResponses = "OCSP responses"
    case ocspResponseBytes = "OCSP response in bytes"
    case messageBytes = "message part in bytes"
    case bodyBytes = "body and attachments in bytes"
    case hashChainBytes = "hash chain in bytes"
    case signatureBytes = "signature in bytes"
    case faultBytes = "fault in bytes"
    case restTargetBytes = "request path and query in bytes"
    case restFields = "header fields of a REST message"
}

/// Why bytes are not the message that they should be. Whose fault it is depends on who sent them, which the caller knows.
package enum CodecFailure: Error, Equatable {
    // Framing (RFC 2046, PR-MESSTRANSP 3.1)
    case malformedMultipart(String)
    case truncated
    case limitExceeded(CodecLimit, limit: Int)
    case invalidContentType(String)
    case unexpectedContent(String)
    case missingMessage(MessageKind)
    case missingSignature
    case malformedOCSPResponse
    case missingTransportField(String)
    case unsupportedDigest(String)

    // REST (PR-REST 4)
    case invalidREST(String)
    case inconsistentResponse(String)

    // SOAP (PR-MESS 2)
    case invalidXML(String)
    case invalidSOAP(String)
    case missingHeader
    case missingHeaderField(String)
    case duplicateHeaderField(String)
    case invalidProtocolVersion(String)
    case missingBody
    case invalidBody
    case inconsistentHeaders(String)
}

extension CodecFailure {
    /// X-Road's code for the failure.
    package var faultCode: FaultCode {
        switch self {
        case .malformedMultipart, .truncated: .mimeParsingFailed
        case .limitExceeded, .unexpectedContent: .invalidMessage
        case .invalidContentType: .invalidContentType
        case .missingMessage(.soap): .missingSOAP
        case .missingMessage(.rest): .missingREST
        case .missingSignature: .missingSignature
        case .malformedOCSPResponse: .ioError
        case .missingTransportField: .internalError
        case .unsupportedDigest: .unsupportedAlgorithm
        case .invalidREST: .invalidREST
        case .inconsistentResponse: .inconsistentResponse
        case .invalidXML: .invalidXML
        case .invalidSOAP: .invalidSOAP
        case .missingHeader: .missingHeader
        case .missingHeaderField: .missingHeaderField
        case .duplicateHeaderField: .duplicateHeaderField
        case .invalidProtocolVersion: .invalidProtocolVersion
        case .missingBody: .missingBody
        case .invalidBody: .invalidBody
        case .inconsistentHeaders: .inconsistentHeaders
        }
    }
}

extension CodecFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedMultipart(let reason): "malformed multipart: \(reason)"
        case .truncated: "message ended before its final boundary"
        case .limitExceeded(let bound, let limit): "\(bound.rawValue): more than \(limit)"
        case .invalidContentType(let type): "invalid content type: \(type)"
        case .unexpectedContent(let reason): "unexpected content: \(reason)"
        case .missingMessage(let kind): "message has no \(kind.rawValue.uppercased()) part"
        case .missingSignature: "message has no signature"
        case .malformedOCSPResponse: "OCSP part is not an OCSP response"
        case .missingTransportField(let name): "transport message has no header \(name)"
        case .unsupportedDigest(let name): "digest algorithm \(name) is not supported"
        case .invalidREST(let reason): "invalid REST message: \(reason)"
        case .inconsistentResponse(let reason): "response does not belong to the request: \(reason)"
        case .invalidXML(let reason): "invalid XML: \(reason)"
        case .invalidSOAP(let reason): "invalid SOAP message: \(reason)"
        case .missingHeader: "SOAP message has no header"
        case .missingHeaderField(let name): "SOAP header has no field \(name)"
        case .duplicateHeaderField(let name): "SOAP header has field \(name) twice"
        case .invalidProtocolVersion(let version): "protocol version \(version) is not 4.x"
        case .missingBody: "SOAP message has no body"
        case .invalidBody: "SOAP body must have exactly one child element"
        case .inconsistentHeaders(let reason): "SOAP headers are inconsistent: \(reason)"
        }
    }
}
