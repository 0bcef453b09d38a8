import PKI
import XRoadModel

/// The form of approval files.
extension ErasureApproval {
    private static let format = "ura-erasure-approval 1"
    package static let maximumBytes = 16 << 10

    private struct Document: Codable {
        var format: String
        var plan: String
        var `operator`: String
        var time: String
        var signature: String
    }

    package func encoded() throws(MessageLogFailure) -> [UInt8] {
        try JSONDocument.encode(
            Document(
                format: Self.format, plan: Hexadecimal.encode(planDigest), operator: self.operator, time: "\(time)",
                signature: Base64.encode(signature)))
    }

    package init(reading bytes: [UInt8]) throws(MessageLogFailure) {
        guard bytes.count <= Self.maximumBytes, let document = JSONDocument.decode(Document.self, from: bytes),
            document.format == Self.format, let digest = Hexadecimal.decode(document.plan),
            let time = Instant(iso8601: document.time), let signature = Base64.decode(document.signature)
        else { throw .planRefused(reason: "an approval is not in the form “\(Self.format)”") }
        self.init(planDigest: digest, operator: document.operator, time: time, signature: signature)
    }
}
