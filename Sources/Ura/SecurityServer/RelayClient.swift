import Exchange
import MessageCodecs
import Networking
import PKI

/// Asks other servers' relays (PR-MESSTRANSP 2.2): SHA-1 hashes for every X-Road server, SHA-256 for newer ones.
struct RelayClient: OCSPFetching {
    static let port = 5577
    let http: OutboundHTTP

    func responses(from address: String, certificates: [Certificate]) async throws(PeerFailure) -> [OCSPResponse] {
        let query =
            certificates.map { "cert=" + Hexadecimal.encode($0.digest(.sha1)) }
            + certificates.map { "cert_hash=" + Hexadecimal.encode($0.digest(.sha256)) }
        let host = address.contains(":") ? "[\(address)]" : address
        let relay = "\(address):\(Self.port)"
        var limits = OutboundLimits()
        limits.connectMilliseconds = 5_000
        limits.totalMilliseconds = 15_000
        limits.responseBytes = 1 << 20
        let url = "http://\(host):\(Self.port)/?" + query.joined(separator: "&")
        let response: OutboundResponse
        let body: [UInt8]
        do {
            response = try await http.request(OutboundRequest(.get, url, limits: limits))
            body = try await response.collect()
        } catch { throw PeerFailure(error, at: relay) }
        guard response.status == 200 else {
            throw .malformed(address: relay, reason: "its OCSP relay answered with HTTP status \(response.status)")
        }
        do {
            let found = try Self.parse(body, contentType: response.header("content-type") ?? "")
            guard found.count == certificates.count else {
                throw CodecFailure.unexpectedContent("\(found.count) OCSP responses, \(certificates.count) were asked for")
            }
            return found
        } catch { throw .malformed(address: relay, reason: "its OCSP relay: \(error)") }
    }

    private static func parse(_ body: [UInt8], contentType: String) throws -> [OCSPResponse] {
        let type = try ContentType(contentType)
        guard type.mediaType == MediaType.multipartRelated, let boundary = type.boundary else {
            throw CodecFailure.invalidContentType(contentType)
        }
        var decoder = try MultipartDecoder(boundary: boundary, limits: .transport)
        decoder.push(body[...])
        var responses: [OCSPResponse] = []
        var part: [UInt8] = []
        while let event = try decoder.next() {
            switch event {
            case .partBegan: part = []
            case .data(let bytes): part += bytes
            case .partEnded: responses.append(try OCSPResponse(der: part))
            case .end: break
            }
        }
        try decoder.finish()
        return responses
    }
}
