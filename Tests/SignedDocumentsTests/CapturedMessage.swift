import PKI
import SignedDocuments
import TestSupport

/// A transport message between two X-Road 7.3.2 servers, split into what its signature is about.
struct CapturedMessage {
    var message: [UInt8] = []
    var attachments: [[UInt8]] = []
    var signature: [UInt8] = []
    var hashChainResult: [UInt8]?
    var hashChain: [UInt8]?

    struct Unreadable: Error {}

    /// nil where no vectors are set.
    init?(_ name: String) throws {
        guard let bytes = try Vectors.bytes("transport-messages/captured/\(name).bin") else { return nil }
        guard let (head, body) = bytes.divided(at: "\r\n\r\n"), let boundary = head.boundary else { throw Unreadable() }
        let isChunked = head.text.lowercased().contains("transfer-encoding: chunked")
        for part in (isChunked ? Self.dechunked(body) : body).parts(boundary) { sort(part) }
        guard !signature.isEmpty, !message.isEmpty else { throw Unreadable() }
    }

    private mutating func sort(_ part: (head: [UInt8], body: [UInt8])) {
        let head = part.head.text
        if let inner = part.head.boundary {
            attachments = part.body.parts(inner).map(\.body)
        } else if head.contains("application/hash-chain-result") {
            hashChainResult = part.body
        } else if head.contains("application/hash-chain") {
            hashChain = part.body
        } else if head.contains("signature/") {
            signature = part.body
        } else if head.contains("x-road-rest-body") {
            attachments = [part.body]
        } else if !head.contains("ocsp-response") {
            message = part.body
        }
    }

    var data: SignatureData {
        guard let hashChainResult, let hashChain else { return SignatureData(signature: signature) }
        return SignatureData(signature: signature, hashChain: HashChainDocuments(result: hashChainResult, chain: hashChain))
    }

    var parts: PartDigests {
        var parts = PartDigests(message: message)
        for attachment in attachments { parts.addAttachment(.sha512, DigestAlgorithm.sha512.digest(attachment)) }
        return parts
    }

    private static func dechunked(_ body: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = body
        while let (line, tail) = rest.divided(at: "\r\n"), let length = Int(line.text, radix: 16), length > 0 {
            result += tail.prefix(length)
            rest = Array(tail.dropFirst(length + 2))
        }
        return result
    }
}

extension [UInt8] {
    func divided(at mark: String) -> (before: [UInt8], after: [UInt8])? {
        let mark = Array(mark.utf8)
        guard count >= mark.count else { return nil }
        for index in 0...(count - mark.count)
        where self[index] == mark[0] && self[index..<(index + mark.count)].elementsEqual(mark) {
            return (Array(self[..<index]), Array(self[(index + mark.count)...]))
        }
        return nil
    }

    /// Named in the Content-Type of a multipart head.
    fileprivate var boundary: String? {
        guard
            let type = text.split(separator: "\r\n").first(where: { $0.lowercased().hasPrefix("content-type: multipart/mixed") }),
            let value = type.split(separator: "boundary=").last
        else { return nil }
        return String(value)
    }

    fileprivate func parts(_ boundary: String) -> [(head: [UInt8], body: [UInt8])] {
        var parts: [(head: [UInt8], body: [UInt8])] = []
        var rest = (Array("\r\n".utf8) + self).divided(at: "\r\n--\(boundary)\r\n")?.after
        while let current = rest, let (part, after) = current.divided(at: "\r\n--\(boundary)") {
            if let (head, body) = part.divided(at: "\r\n\r\n") { parts.append((head, body)) }
            rest = after.starts(with: "--".utf8) ? nil : Array(after.dropFirst(2))
        }
        return parts
    }
}
