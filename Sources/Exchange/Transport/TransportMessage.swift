import MessageCodecs
import PKI
import SignedDocuments
import XRoadModel

/// A transport message that is ready to leave: everything before the body, the body, and everything after it (PR-MESSTRANSP 3.1).
struct TransportMessage: Sendable {
    let fields: [(name: String, value: String)]
    private let beginning: [UInt8]
    private let body: (any SpooledBody)?
    private let ending: [UInt8]

    /// Small messages leave in one write.
    static let wholeBytes = 256 * 1024

    init(
        head: TransportHead, direction: MessageDirection, ocspResponses: [OCSPResponse], part: [UInt8], partHeaders: MIMEHeaders?,
        body: (any SpooledBody)?, signature: SignatureData, boundary: TransportBoundary
    ) {
        var encoder = TransportEncoder(boundary: boundary)
        let headFields = direction == .request ? head.requestFields : head.responseFields
        fields = headFields.map { ($0.name, $0.value) } + [("Content-Type", encoder.contentType)]
        var beginning: [UInt8] = []
        for response in ocspResponses { beginning += encoder.ocspResponse(response.der) }
        if let partHeaders {
            beginning += encoder.soapMessage(part, headers: partHeaders)
        } else {
            beginning += encoder.restHead(part, direction)
        }
        if body != nil { beginning += encoder.beginBody() }
        var ending: [UInt8] = []
        if let chain = signature.hashChain { ending += encoder.hashChain(result: chain.result, chain: chain.chain) }
        ending += encoder.signature(signature.signature)
        self.beginning = beginning
        self.body = body
        self.ending = ending
    }

    var byteCount: Int { beginning.count + (body?.byteCount ?? 0) + ending.count }

    /// All of it, where it is small enough to leave in one write.
    func whole() async throws(TransferFailure) -> [UInt8]? {
        guard byteCount <= Self.wholeBytes else { return nil }
        var bytes = beginning
        bytes.reserveCapacity(byteCount)
        try await eachPiece(of: body?.source()) { (piece) async throws(TransferFailure) in bytes += piece }
        return bytes + ending
    }

    /// In pieces of at most `wholeBytes`: a connection holds back only so much, and a small body comes out of the spool at once.
    func pieces<Failure: Error>(
        spoolFailure: (TransferFailure) -> Failure, write: ([UInt8]) async throws(Failure) -> Void
    ) async throws(Failure) {
        try await Self.write(beginning, write)
        let source = body?.source()
        while true {
            let piece: [UInt8]?
            do { piece = try await source?.next() } catch { throw spoolFailure(error) }
            guard let piece else { break }
            try await Self.write(piece, write)
        }
        try await Self.write(ending, write)
    }

    private static func write<Failure: Error>(
        _ bytes: [UInt8], _ write: ([UInt8]) async throws(Failure) -> Void
    ) async throws(Failure) {
        guard bytes.count > wholeBytes else { return try await write(bytes) }
        for start in stride(from: 0, to: bytes.count, by: wholeBytes) {
            try await write(Array(bytes[start..<min(start + wholeBytes, bytes.count)]))
        }
    }

    private func eachPiece(
        of source: (any BodySource)?, _ take: ([UInt8]) async throws(TransferFailure) -> Void
    ) async throws(TransferFailure) {
        while let piece = try await source?.next() { try await take(piece) }
    }
}
