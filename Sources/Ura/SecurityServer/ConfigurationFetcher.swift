import GlobalConfiguration
import Networking

/// Downloads configuration files over the outbound client; times are bounded here.
struct ConfigurationFetcher: ConfigurationFetching {
    let http: OutboundHTTP

    func fetch(_ url: String, maximumBytes: Int) async throws(ConfigurationFailure) -> [UInt8]? {
        var limits = OutboundLimits()
        limits.connectMilliseconds = 5_000
        limits.totalMilliseconds = 30_000
        limits.responseBytes = maximumBytes
        let status: Int
        let body: [UInt8]
        do {
            let response = try await http.request(OutboundRequest(.get, url, limits: limits))
            status = response.status
            body = try await response.collect()
        } catch {
            throw .unreachable(url: url, reason: "\(error)")
        }
        switch status {
        case 200: return body
        case 404: return nil
        default: throw .unreachable(url: url, reason: "it answered with HTTP status \(status)")
        }
    }
}
