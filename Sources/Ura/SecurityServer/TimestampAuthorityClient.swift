import MessageLog
import Networking
import PKI

/// Posts time-stamp requests over the outbound client; time and size are bounded here.
struct TimestampAuthorityClient: TimestampAuthorityCalling {
    let http: OutboundHTTP

    func post(_ request: [UInt8], to url: String) async throws(TimestampingFailure) -> TimestampHTTPAnswer {
        var limits = OutboundLimits()
        limits.connectMilliseconds = 10_000
        limits.totalMilliseconds = 30_000
        limits.responseBytes = TimestampResponse.maximumBytes
        do {
            let response = try await http.request(
                OutboundRequest(
                    .post, url, headers: [OutboundField("Content-Type", TimestampRequest.mediaType)], body: .bytes(request),
                    limits: limits))
            return TimestampHTTPAnswer(
                status: response.status, contentType: Self.mediaType(response.header("content-type")),
                body: try await response.collect())
        } catch { throw .unreachable(reason: "\(error)") }
    }

    /// Without parameters.
    private static func mediaType(_ value: String?) -> String {
        let type = value?.split(separator: ";").first?.trimmingPrefix { $0 == " " }.prefix { $0 != " " }.lowercased()
        return type ?? "no media type"
    }
}
