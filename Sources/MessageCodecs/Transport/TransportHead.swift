import PKI
import XRoadModel

/// The HTTP header fields that travel with a transport message (PR-MESSTRANSP 3.2 step 4a–b, 3.3 step 7a).
package struct TransportHead: Sendable, Equatable {
    package let kind: MessageKind
    /// With which the receiver digests the parts.
    package let digest: DigestAlgorithm
    /// Of the message as the information system sent it; none where it sent none.
    package let originalContentType: String?
    /// The caller's mark for the pair of request and response. Requests only.
    package let requestID: String?
    /// Version of the sender's security server. Requests only.
    package let senderVersion: String?
    /// SOAP requests only.
    package let originalSOAPAction: String?

    package init(
        kind: MessageKind, digest: DigestAlgorithm = .sha512, originalContentType: String?, requestID: String? = nil,
        senderVersion: String? = nil, originalSOAPAction: String? = nil
    ) {
        self.kind = kind
        self.digest = digest
        self.originalContentType = originalContentType
        self.requestID = requestID
        self.senderVersion = senderVersion
        self.originalSOAPAction = originalSOAPAction
    }
}

extension TransportHead {
    private enum Name {
        static let messageType = "x-road-message-type"
        static let digest = "x-hash-algorithm"
        static let originalContentType = "x-original-content-type"
        static let requestID = "x-road-request-id"
        static let senderVersion = "x-proxy-version"
        static let originalSOAPAction = "x-original-soapaction"
    }

    /// Reads a request's head. Refuses a repeated field and any digest algorithm that may not be used for signatures.
    package init(request fields: [(name: String, value: String)]) throws(CodecFailure) {
        let found = try Self.values(fields)
        self.init(
            kind: found[Name.messageType] == "REST" ? .rest : .soap,
            digest: try Self.digest(found),
            originalContentType: found[Name.originalContentType].flatMap { $0.isEmpty ? nil : $0 },
            requestID: found[Name.requestID],
            senderVersion: found[Name.senderVersion],
            originalSOAPAction: found[Name.originalSOAPAction])
    }

    /// Reads a response's head; `kind` is the request's.
    package init(response fields: [(name: String, value: String)], kind: MessageKind) throws(CodecFailure) {
        let found = try Self.values(fields)
        self.init(
            kind: kind, digest: try Self.digest(found),
            originalContentType: found[Name.originalContentType].flatMap { $0.isEmpty ? nil : $0 })
    }

    /// The request's fields in X-Road's order.
    package var requestFields: [HeaderField] {
        let type = kind == .rest ? [HeaderField(valid: Name.messageType, "REST")] : []
        let action = kind == .soap ? [HeaderField(name: Name.originalSOAPAction, value: originalSOAPAction ?? "")] : []
        return type + [HeaderField(valid: Name.digest, digest.name)]
            + [
                HeaderField(name: Name.originalContentType, value: originalContentType ?? ""),
                HeaderField(name: Name.requestID, value: requestID ?? ""),
                HeaderField(name: Name.senderVersion, value: senderVersion ?? ""),
            ].compactMap(\.self) + action.compactMap(\.self)
    }

    /// The response's fields in X-Road's order.
    package var responseFields: [HeaderField] {
        let original =
            kind == .soap ? originalContentType.flatMap { HeaderField(name: Name.originalContentType, value: $0) } : nil
        return [HeaderField(valid: Name.digest, digest.name)] + (original.map { [$0] } ?? [])
    }

    private static let names = [
        Name.messageType, Name.digest, Name.originalContentType, Name.requestID, Name.senderVersion, Name.originalSOAPAction,
    ]

    private static func values(_ fields: [(name: String, value: String)]) throws(CodecFailure) -> [String: String] {
        var found: [String: String] = [:]
        for (name, value) in fields {
            guard let name = names.first(where: name.equalsIgnoringCase) else { continue }
            guard found.updateValue(value, forKey: name) == nil else { throw .unexpectedContent("header \(name) stands twice") }
            guard value.utf8.count <= 1024, HeaderField.isText(value) else { throw .unexpectedContent("header \(name)") }
        }
        return found
    }

    private static func digest(_ found: [String: String]) throws(CodecFailure) -> DigestAlgorithm {
        guard let name = found[Name.digest] else { throw .missingTransportField(Name.digest) }
        guard let digest = DigestAlgorithm(name: name), digest != .sha1 else { throw .unsupportedDigest(name) }
        return digest
    }
}
