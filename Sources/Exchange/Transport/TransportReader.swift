import MessageCodecs
import PKI
import SignedDocuments

/// Why a transport message could not be read; each side says whose fault that is.
enum TransportReadFailure: Error {
    case codec(CodecFailure)
    case transfer(TransferFailure)
    case bodyTooLarge(limit: Int)
    case spool(TransferFailure)
    /// The other end sent a SOAP fault in place of the message or of its signature.
    case fault([UInt8])
}

/// What stands before the body: all that is needed to decide whether the body is wanted.
struct TransportOpening: Sendable {
    var ocspResponses: [OCSPResponse] = []
    /// Of the SOAP part; nil for REST.
    var headers: MIMEHeaders?
    var messagePart: [UInt8] = []
}

/// What stands after the message part.
struct TransportRemainder: Sendable {
    var body: (any SpooledBody)?
    var signature: SignatureData
}

/// Reads a transport message in two steps: first what decides about the peer, then body and signature. Nothing of the body is
/// taken from the connection before the second.
struct TransportReader: Sendable {
    private var decoder: TransportDecoder
    private let source: any BodySource

    init(_ decoder: TransportDecoder, _ source: any BodySource) {
        self.decoder = decoder
        self.source = source
    }

    mutating func opening() async throws(TransportReadFailure) -> TransportOpening {
        var opening = TransportOpening()
        while true {
            switch try await next() {
            case .ocspResponse(let der):
                do { opening.ocspResponses.append(try OCSPResponse.parsed(der: der)) } catch {
                    throw .codec(.malformedOCSPResponse)
                }
            case .soapMessage(let headers, let bytes):
                opening.headers = headers
                opening.messagePart = bytes
                return opening
            case .restHead(let bytes):
                opening.messagePart = bytes
                return opening
            case .fault(let bytes): throw .fault(bytes)
            default: throw .codec(.unexpectedContent("part before the message"))
            }
        }
    }

    /// The body goes into a spool of at most `limit` bytes, digested on the way.
    mutating func remainder(
        spooling: any BodySpooling, limit: Int, digests: [DigestAlgorithm]
    ) async throws(TransportReadFailure) -> TransportRemainder {
        var spool: (any BodySpool)?
        var body: (any SpooledBody)?
        var hashChainResult: [UInt8]?
        var hashChain: [UInt8]?
        var signature: [UInt8]?
        while true {
            switch try await next() {
            case .bodyBegan: spool = spooling.makeSpool(limit: limit, digests: digests)
            case .bodyData(let bytes): try await Self.append(Array(bytes), to: spool, limit: limit)
            case .bodyEnded: do { body = try await spool?.finish() } catch { throw .spool(error) }
            case .attachmentBegan: throw .codec(.unexpectedContent("attachments are not supported yet"))
            case .hashChainResult(let bytes): hashChainResult = bytes
            case .hashChain(let bytes): hashChain = bytes
            case .signature(let bytes): signature = bytes
            case .fault(let bytes): throw .fault(bytes)
            case .end:
                guard let signature else { throw .codec(.missingSignature) }
                try await drain()
                return TransportRemainder(
                    body: body,
                    signature: SignatureData(signature: signature, hashChain: Self.documents(hashChainResult, hashChain)))
            case .ocspResponse, .soapMessage, .restHead, .attachmentData, .attachmentEnded:
                throw .codec(.unexpectedContent("part after the message"))
            }
        }
    }

    private static func documents(_ result: [UInt8]?, _ chain: [UInt8]?) -> HashChainDocuments? {
        guard let result, let chain else { return nil }
        return HashChainDocuments(result: result, chain: chain)
    }

    private static func append(_ bytes: [UInt8], to spool: (any BodySpool)?, limit: Int) async throws(TransportReadFailure) {
        do { try await spool?.append(bytes) } catch {
            if case .overLimit = error { throw .bodyTooLarge(limit: limit) }
            throw .spool(error)
        }
    }

    /// What stands behind the last boundary, to the end of the input: the connection can be used again only then.
    private mutating func drain() async throws(TransportReadFailure) {
        while true {
            let bytes: [UInt8]?
            do { bytes = try await source.next() } catch { throw .transfer(error) }
            do throws(CodecFailure) {
                guard let bytes else { return try decoder.finish() }
                try decoder.push(bytes)
                guard try decoder.next() == nil else { throw CodecFailure.unexpectedContent("after the last boundary") }
            } catch { throw .codec(error) }
        }
    }

    private mutating func next() async throws(TransportReadFailure) -> TransportEvent {
        while true {
            do { if let event = try decoder.next() { return event } } catch { throw .codec(error) }
            let bytes: [UInt8]?
            do { bytes = try await source.next() } catch { throw .transfer(error) }
            do {
                if let bytes { try decoder.push(bytes) } else { try decoder.finish() }
            } catch { throw .codec(error) }
            guard bytes != nil else {
                do { if let event = try decoder.next() { return event } } catch { throw .codec(error) }
                throw .codec(.truncated)
            }
        }
    }
}
