import MessageCodecs
import Networking
import PKI

/// Answers peers that ask for the OCSP responses of this server's certificates (PR-MESSTRANSP 2.2, port 5577): `cert` holds SHA-1
/// hashes, as every X-Road server asks, `cert_hash` SHA-256 ones. HEAD is a heartbeat.
struct OCSPRelay: Sendable {
    let certificates: OwnCertificates
    static let maximumHashes = 16

    func handle(_ exchange: HTTPServerExchange) async {
        let answer = answer(method: exchange.method, target: exchange.target)
        // A peer that is gone needs no answer.
        try? await exchange.respond(status: answer.status, headers: [("Content-Type", answer.contentType)], body: answer.body)
    }

    struct Answer {
        let status: Int
        let contentType: String
        let body: [UInt8]
    }

    func answer(method: String, target: String) -> Answer {
        guard method == "GET" || method == "HEAD" else { return refusal(405, "only GET and HEAD") }
        guard method == "GET" else { return Answer(status: 200, contentType: "text/plain", body: []) }
        let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        var asked: [DigestAlgorithm: [[UInt8]]] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let algorithm = Self.algorithm(of: parts[0]) else { continue }
            guard let hash = Hexadecimal.decode(parts[1].lowercased()), hash.count == algorithm.length else {
                return refusal(400, "a certificate hash is not hexadecimal")
            }
            asked[algorithm, default: []].append(hash)
        }
        // A caller that sends both means the same certificates twice.
        guard let (algorithm, hashes) = asked.first(where: { $0.key == .sha256 }) ?? asked.first else {
            return refusal(400, "no certificate hashes")
        }
        guard hashes.count <= Self.maximumHashes else {
            return refusal(400, "more than \(Self.maximumHashes) certificate hashes")
        }
        let responses = hashes.compactMap { certificates.response(withHash: $0, algorithm) }
        guard responses.count == hashes.count else { return refusal(500, "no OCSP response for a certificate") }
        return multipart(responses)
    }

    private static func algorithm(of name: String) -> DigestAlgorithm? {
        switch name {
        case "cert": .sha1
        case "cert_hash": .sha256
        default: nil
        }
    }

    private func multipart(_ responses: [OCSPResponse]) -> Answer {
        let boundary = "ocsp" + Hexadecimal.encode(Randomness.bytes(12))
        var encoder = MultipartEncoder(boundary: boundary)
        var body: [UInt8] = []
        for response in responses { body += encoder.beginPart(.ocspResponse) + response.der }
        body += encoder.end()
        return Answer(
            status: 200, contentType: "\(MediaType.multipartRelated); charset=UTF-8; boundary=\(boundary)", body: body)
    }

    private func refusal(_ status: Int, _ reason: String) -> Answer {
        Answer(status: status, contentType: "text/plain; charset=UTF-8", body: Array((reason + "\n").utf8))
    }
}

extension MIMEHeaders {
    fileprivate static var ocspResponse: MIMEHeaders {
        MIMEHeaders(contentType: try? ContentType(MediaType.ocspResponse))
    }
}
