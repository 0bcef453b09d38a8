import Networking
import PKI
import TestAuthority

/// The test authority's two services over HTTP: time-stamps at `/tsa` (RFC 3161 3.4), certificate status everywhere else (RFC 6960
/// A.1).
struct TestAuthorityService: Sendable {
    private let authority: TestAuthority
    private static let maximumRequestBytes = 65_536

    init(_ authority: TestAuthority) { self.authority = authority }

    func handle(_ exchange: HTTPServerExchange) async {
        do {
            guard exchange.method == "POST" else {
                return try await refuse(exchange, 405, "OCSP and time-stamp requests are sent with POST")
            }
            var request: [UInt8] = []
            while let bytes = try await exchange.nextBodyChunk() {
                request += bytes
                guard request.count <= Self.maximumRequestBytes else {
                    return try await refuse(exchange, 413, "at most \(Self.maximumRequestBytes) bytes")
                }
            }
            if exchange.target == "/tsa" {
                try await stamp(request, exchange)
            } else {
                let response = authority.answer(ocspRequest: request, now: SystemEnvironment().now())
                try await exchange.respond(status: 200, headers: [("Content-Type", "application/ocsp-response")], body: response)
            }
        } catch {
            // The client is gone; there is nobody to tell.
        }
    }

    private func stamp(_ request: [UInt8], _ exchange: HTTPServerExchange) async throws(NetworkingFailure) {
        guard exchange.values(of: "content-type") == [TimestampRequest.mediaType] else {
            return try await refuse(exchange, 415, "a time-stamp request is \(TimestampRequest.mediaType)")
        }
        let response: [UInt8]
        do {
            response = try authority.answer(timestampRequest: request, now: SystemEnvironment().now())
        } catch { return try await refuse(exchange, 400, "\(error)") }
        try await exchange.respond(status: 200, headers: [("Content-Type", TimestampResponse.mediaType)], body: response)
    }

    private func refuse(_ exchange: HTTPServerExchange, _ status: Int, _ reason: String) async throws(NetworkingFailure) {
        try await exchange.respond(status: status, headers: [("Content-Type", "text/plain")], body: Array((reason + "\n").utf8))
    }
}
