import XRoadModel

/// The random part that the boundaries of one transport message share: 30 letters.
package struct TransportBoundary: Sendable, Hashable {
    let letters: String

    /// Nil with fewer than 30 random bytes.
    package init?(randomBytes: [UInt8]) {
        guard randomBytes.count >= 30 else { return nil }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        letters = String(decoding: randomBytes.prefix(30).map { alphabet[Int($0) % alphabet.count] }, as: UTF8.self)
    }
}

/// Writes a transport message as X-Road does (PR-MESSTRANSP 3.1). Each call gives bytes to send; the content of a body or an
/// attachment is sent as it is between `beginBody` or `beginAttachment` and the next call.
package struct TransportEncoder: Sendable {
    private let boundary: TransportBoundary
    private var parts: MultipartEncoder
    private var inAttachments = false

    package init(boundary: TransportBoundary) {
        self.boundary = boundary
        parts = MultipartEncoder(boundary: "xtop" + boundary.letters)
    }

    /// Of the HTTP message.
    package var contentType: String { ContentType.multipartMixed(boundary: "xtop" + boundary.letters).text }

    package mutating func ocspResponse(_ der: [UInt8]) -> [UInt8] { part(MediaType.ocspResponse, der) }

    package mutating func restHead(_ head: [UInt8], _ direction: MessageDirection) -> [UInt8] {
        part(direction == .request ? MediaType.restRequest : MediaType.restResponse, head)
    }

    /// `headers` are those under which the information system sent the message.
    package mutating func soapMessage(_ message: [UInt8], headers: MIMEHeaders) -> [UInt8] { parts.beginPart(headers) + message }

    package mutating func beginBody() -> [UInt8] { part(MediaType.restBody, []) }

    package mutating func beginAttachment(_ headers: MIMEHeaders) -> [UInt8] {
        let opening = inAttachments ? [] : parts.beginNested(boundary: "xatt" + boundary.letters)
        inAttachments = true
        return opening + parts.beginPart(headers)
    }

    package mutating func hashChain(result: [UInt8], chain: [UInt8]) -> [UInt8] {
        part(MediaType.hashChainResult, result) + part(MediaType.hashChain, chain)
    }

    /// The signature and the end of the message.
    package mutating func signature(_ xml: [UInt8]) -> [UInt8] { part(MediaType.signature, xml) + parts.end() }

    /// A SOAP fault instead of the signature, once parts have left, and the end of the message.
    package mutating func fault(_ xml: [UInt8]) -> [UInt8] {
        endAttachments() + parts.beginPart(MIMEHeaders(contentType: .xml)) + xml + parts.end()
    }

    private mutating func part(_ mediaType: String, _ content: [UInt8]) -> [UInt8] {
        endAttachments() + parts.beginPart(MIMEHeaders(contentType: ContentType(valid: mediaType))) + content
    }

    private mutating func endAttachments() -> [UInt8] {
        defer { inAttachments = false }
        return inAttachments ? parts.end() : []
    }
}
