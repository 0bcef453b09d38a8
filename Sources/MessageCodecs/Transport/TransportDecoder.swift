import XRoadModel

/// Takes a transport message apart as its bytes arrive (PR-MESSTRANSP 3.2 steps 5–6, 3.3 step 3). `push` bytes and
/// take events with `next`, in any turns; when the input has ended and `next` gives nil, `finish` and take the rest. Only with `end`
/// is the message complete. Nothing is judged ahead of the events that are taken, so the caller can stop after the message part and
/// decide on the peer before it accepts a body.
package struct TransportDecoder: Sendable {
    private let limits: TransportLimits
    private var order: TransportPartOrder
    /// Nil for a response that is a fault and nothing else.
    private var parts: MultipartDecoder?
    private var part: TransportPart?
    private var headers = MIMEHeaders(contentType: nil)
    /// The bytes of a part that comes whole.
    private var collected: [UInt8] = []
    private var attachments: MultipartDecoder?
    private var ocspResponses = 0
    private var bodyBytes = 0
    private var pending: [TransportEvent] = []

    /// `kind` is what the request was or says it is (`x-road-message-type`).
    package init(
        direction: MessageDirection, kind: MessageKind, contentType: ContentType, limits: TransportLimits = TransportLimits()
    ) throws(CodecFailure) {
        self.limits = limits
        order = TransportPartOrder(direction: direction, kind: kind)
        switch contentType.mediaType {
        case MediaType.multipartMixed:
            guard let boundary = contentType.boundary else { throw .invalidContentType("\(contentType.text) without a boundary") }
            parts = try MultipartDecoder(boundary: boundary, limits: limits.parts)
        case MediaType.xml where direction == .response: parts = nil
        default: throw .invalidContentType(contentType.text)
        }
    }

    package mutating func push(_ bytes: [UInt8]) throws(CodecFailure) { try push(bytes[...]) }

    package mutating func push(_ bytes: ArraySlice<UInt8>) throws(CodecFailure) {
        guard parts == nil else {
            parts?.push(bytes)
            return
        }
        try collect(bytes, .faultBytes, limits.faultBytes)
    }

    /// The input has ended; throws where the message is not complete.
    package mutating func finish() throws(CodecFailure) {
        guard parts == nil else {
            try parts?.finish()
            return
        }
        guard !collected.isEmpty else { throw .truncated }
        pending = [.end, .fault(collected)]
    }

    /// Nil where more bytes are needed, and after `end`.
    package mutating func next() throws(CodecFailure) -> TransportEvent? {
        if let event = pending.popLast() { return event }
        if let event = try nextOfAttachments() { return event }
        while let event = try parts?.next() {
            switch event {
            case .partBegan(let headers): if let began = try beginPart(headers) { return began }
            case .data(let bytes): if let data = try takeData(bytes) { return data }
            case .partEnded: if let ended = try endPart() { return ended }
            case .end:
                try order.finish()
                return .end
            }
        }
        return nil
    }
}

// MARK: parts
extension TransportDecoder {
    private mutating func beginPart(_ headers: MIMEHeaders) throws(CodecFailure) -> TransportEvent? {
        let part = try order.admit(headers.contentType)
        self.part = part
        self.headers = headers
        collected = []
        switch part {
        case .body: return .bodyBegan
        case .attachments:
            guard let boundary = headers.contentType?.boundary else {
                throw .invalidContentType("attachments without a boundary")
            }
            attachments = try MultipartDecoder(boundary: boundary, limits: limits.parts)
        case .ocspResponse:
            ocspResponses += 1
            guard ocspResponses <= limits.ocspResponses else { throw .limitExceeded(.ocspResponses, limit: limits.ocspResponses) }
        case .soapMessage, .restHead, .hashChainResult, .hashChain, .signature, .fault: break
        }
        return nil
    }

    private mutating func takeData(_ bytes: ArraySlice<UInt8>) throws(CodecFailure) -> TransportEvent? {
        switch part {
        case .body:
            try countBody(bytes)
            return .bodyData(bytes)
        case .attachments:
            attachments?.push(bytes)
            return try nextOfAttachments()
        case .ocspResponse: try collect(bytes, .ocspResponseBytes, limits.ocspResponseBytes)
        case .soapMessage, .restHead: try collect(bytes, .messageBytes, limits.messageBytes)
        case .hashChainResult, .hashChain: try collect(bytes, .hashChainBytes, limits.hashChainBytes)
        case .signature: try collect(bytes, .signatureBytes, limits.signatureBytes)
        case .fault: try collect(bytes, .faultBytes, limits.faultBytes)
        case nil: break
        }
        return nil
    }

    private mutating func endPart() throws(CodecFailure) -> TransportEvent? {
        defer { part = nil }
        switch part {
        case .ocspResponse:
            guard Self.isOneSequence(collected) else { throw .malformedOCSPResponse }
            return .ocspResponse(collected)
        case .soapMessage: return .soapMessage(headers, collected)
        case .restHead: return .restHead(collected)
        case .body: return .bodyEnded
        case .attachments:
            try attachments?.finish()
            attachments = nil
            return nil
        case .hashChainResult: return .hashChainResult(collected)
        case .hashChain: return .hashChain(collected)
        case .signature: return .signature(collected)
        case .fault: return .fault(collected)
        case nil: return nil
        }
    }

    private mutating func nextOfAttachments() throws(CodecFailure) -> TransportEvent? {
        while let event = try attachments?.next() {
            switch event {
            case .partBegan(let headers): return .attachmentBegan(headers)
            case .data(let bytes):
                try countBody(bytes)
                return .attachmentData(bytes)
            case .partEnded: return .attachmentEnded
            case .end: continue
            }
        }
        return nil
    }

    private mutating func collect(_ bytes: ArraySlice<UInt8>, _ limit: CodecLimit, _ maximum: Int) throws(CodecFailure) {
        guard collected.count + bytes.count <= maximum else { throw .limitExceeded(limit, limit: maximum) }
        collected += bytes
    }

    private mutating func countBody(_ bytes: ArraySlice<UInt8>) throws(CodecFailure) {
        bodyBytes += bytes.count
        guard bodyBytes <= limits.bodyBytes else { throw .limitExceeded(.bodyBytes, limit: limits.bodyBytes) }
    }

    /// The outer shape of an OCSP response (RFC 6960 4.2.1): one DER SEQUENCE and nothing after it. The rest is read where it is used.
    private static func isOneSequence(_ der: [UInt8]) -> Bool {
        guard der.count >= 2, der[0] == 0x30 else { return false }
        guard der[1] >= 0x80 else { return der.count == 2 + Int(der[1]) }
        let lengthBytes = Int(der[1] & 0x7F)
        guard (1...4).contains(lengthBytes), der.count >= 2 + lengthBytes else { return false }
        return der.count == 2 + lengthBytes + der[2..<(2 + lengthBytes)].reduce(0) { $0 << 8 | Int($1) }
    }
}
