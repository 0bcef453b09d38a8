import MessageCodecs
import PKI
import Testing
import XRoadModel

@testable import SignedDocuments

/// A transport message put together by hand: good as it is made, and then spoiled by a test. Written without the encoder of the
/// servers, which would not write what a test wants.
struct ForgedMessage: Sendable {
    enum Role: String, Sendable {
        case ocspResponse = "application/ocsp-response"
        case requestHead = "application/x-road-rest-request"
        case answerHead = "application/x-road-rest-response"
        case soap = "text/xml; charset=UTF-8"
        case body = "application/x-road-rest-body"
        case hashChainResult = "application/hash-chain-result"
        case hashChain = "application/hash-chain"
        case signature = "signature/bdoc-1.0/ts"
    }

    struct Part: Sendable {
        var type: String
        var bytes: [UInt8]
    }

    var method = "POST"
    var fields: [(name: String, value: String)] = []
    var parts: [Part] = []
    /// Instead of the multipart that the parts make.
    var wholeBody: [UInt8]?
    var afterLastBoundary = "--\r\n"

    static let boundary = "forged"

    var encoded: [UInt8] {
        if let wholeBody { return wholeBody }
        var bytes: [UInt8] = []
        for part in parts {
            bytes += "--\(Self.boundary)\r\ncontent-type:\(part.type)\r\n\r\n".utf8
            bytes += part.bytes + "\r\n".utf8
        }
        return bytes + "--\(Self.boundary)\(afterLastBoundary)".utf8
    }

    mutating func append(_ role: Role, _ bytes: [UInt8]) { parts.append(Part(type: role.rawValue, bytes: bytes)) }
    mutating func remove(_ role: Role) { parts.removeAll { $0.type == role.rawValue } }

    subscript(role: Role) -> [UInt8] {
        get { parts.first { $0.type == role.rawValue }?.bytes ?? [] }
        set {
            for index in parts.indices where parts[index].type == role.rawValue { parts[index].bytes = newValue }
        }
    }

    subscript(field name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    mutating func replace(_ role: Role, _ old: String, with new: String) {
        self[role] = String(decoding: self[role], as: UTF8.self).replacing(old, with: new).bytes
    }
}

/// Who signs a forged message, with what.
struct ForgedSigning: Sendable {
    var signer: Identity
    /// Whose OCSP response travels with the signature; nil means the signer's.
    var status: Identity?
    var digest = DigestAlgorithm.sha512
    var time: Instant
    var statusTime: Instant
    /// Signs other parts than those that are sent.
    var message: [UInt8]?
    var attachments: [[UInt8]]?

    init(_ signer: Identity, at time: Instant) {
        self.signer = signer
        self.time = time
        statusTime = time
    }

    func sign(_ instance: TestInstance, message: [UInt8], attachments: [[UInt8]]) throws -> SignatureData {
        try signer.composer(digest).compose(
            message: digest.digest(self.message ?? message), attachments: (self.attachments ?? attachments).map(digest.digest),
            signingTime: time,
            ocspResponse: try instance.ocspResponse(on: (status ?? signer).certificate, at: statusTime).der)
    }
}

extension ForgedMessage {
    /// Another hash chain, and a good signature over it.
    mutating func signAnew(_ documents: HashChainDocuments, by signer: Identity) throws {
        let old = Base64.encode(DigestAlgorithm.sha512.digest(self[.hashChainResult]))
        let new = Base64.encode(DigestAlgorithm.sha512.digest(documents.result))
        self[.hashChainResult] = documents.result
        self[.hashChain] = documents.chain
        replace(.signature, old, with: new)
        let text = String(decoding: self[.signature], as: UTF8.self)
        let information = try #require(text.firstMatch(of: /<ds:SignedInfo>.*<\/ds:SignedInfo>/.dotMatchesNewlines())).output
        let canonical = information.replacing("<ds:SignedInfo>", with: "<ds:SignedInfo\(SignatureTemplate.namespaces)>")
        let value = try #require(text.firstMatch(of: /Id="signature-value">([^<]*)</)).output.1
        replace(
            .signature, String(value), with: Base64.encode(try signer.key.sign(String(canonical).bytes, algorithm: .ecdsaSHA512)))
    }
}

/// What a transport message holds, for a peer that answers by hand.
struct OpenedMessage: Sendable {
    var part: [UInt8] = []
    var body: [UInt8]?

    init(_ received: ReceivedHTTP) throws {
        let kind: MessageKind = received.values("x-road-message-type") == ["REST"] ? .rest : .soap
        var decoder = try TransportDecoder(
            direction: .request, kind: kind, contentType: try ContentType(received.values("content-type").first ?? ""))
        try decoder.push(received.body)
        while let event = try decoder.next() {
            switch event {
            case .soapMessage(_, let bytes), .restHead(let bytes): part = bytes
            case .bodyBegan: body = []
            case .bodyData(let bytes): body = (body ?? []) + bytes
            default: break
            }
        }
        try decoder.finish()
    }
}
