import XRoadModel

/// A part of a transport message by what it holds.
enum TransportPart: Sendable {
    case ocspResponse, soapMessage, restHead, body, attachments, hashChainResult, hashChain, signature, fault
}

/// Which part may come next (PR-MESSTRANSP 3.1; for the refusals, how X-Road names them).
struct TransportPartOrder: Sendable {
    private enum Place: Sendable { case start, afterMessage, afterBody, afterHashChainResult, afterHashChain, complete }

    let direction: MessageDirection
    let kind: MessageKind
    private var place = Place.start
    private(set) var hasSignatureOrFault = false

    init(direction: MessageDirection, kind: MessageKind) {
        self.direction = direction
        self.kind = kind
    }

    mutating func admit(_ contentType: ContentType?) throws(CodecFailure) -> TransportPart {
        let type = contentType?.mediaType ?? "none"
        switch place {
        case .start: return try admitFirst(type)
        case .complete: throw .unexpectedContent("part \(type) after the signature")
        case .afterMessage where kind == .rest && type == MediaType.restBody:
            place = .afterBody
            return .body
        case .afterMessage where kind == .soap && type == MediaType.multipartMixed:
            place = .afterBody
            return .attachments
        case .afterMessage, .afterBody:
            if type == MediaType.hashChainResult {
                place = .afterHashChainResult
                return .hashChainResult
            }
            return try admitLast(type)
        case .afterHashChainResult:
            if type == MediaType.hashChain {
                place = .afterHashChain
                return .hashChain
            }
            guard type == MediaType.xml else { throw .unexpectedContent("part \(type) after a hash chain result") }
            return try admitLast(type)
        case .afterHashChain: return try admitLast(type)
        }
    }

    /// The final boundary was read.
    func finish() throws(CodecFailure) {
        guard place != .start else { throw .missingMessage(kind) }
        guard hasSignatureOrFault else { throw .missingSignature }
    }

    private mutating func admitFirst(_ type: String) throws(CodecFailure) -> TransportPart {
        if direction == .request, type == MediaType.ocspResponse { return .ocspResponse }
        let isSOAP = type == MediaType.xml || type == MediaType.xop
        let isREST = type == (direction == .request ? MediaType.restRequest : MediaType.restResponse)
        guard isSOAP || isREST else { throw .invalidContentType(type) }
        guard isSOAP == (kind == .soap) else { throw .missingMessage(kind) }
        place = .afterMessage
        return isSOAP ? .soapMessage : .restHead
    }

    private mutating func admitLast(_ type: String) throws(CodecFailure) -> TransportPart {
        guard type == MediaType.signature || type == MediaType.xml else { throw .invalidContentType(type) }
        place = .complete
        hasSignatureOrFault = true
        return type == MediaType.signature ? .signature : .fault
    }
}
