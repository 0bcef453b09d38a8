import MessageLog
import Networking

/// Witnesses over HTTP; times and sizes are bounded here. Who answers is not proved by TLS: what a witness says counts by its
/// signature, and what it is sent is no secret.
struct WitnessHTTP: WitnessTransport {
    let http: OutboundHTTP
    private static let maximumAnswerBytes = 64 << 10

    func addCheckpoint(_ body: [UInt8], to prefix: String) async throws(MessageLogFailure) -> WitnessAnswer {
        let headers = [OutboundField("Content-Type", "text/plain; charset=utf-8")]
        return try await answer(.post, prefix + "/add-checkpoint", headers: headers, body: .bytes(body))
    }

    /// The last checkpoint of this log that the witness has cosigned.
    func checkpoint(of origin: NoteName, from prefix: String) async throws(MessageLogFailure) -> WitnessAnswer {
        try await answer(.get, "\(prefix)/\(Witness.hash(of: origin))/checkpoint", headers: [], body: .none)
    }

    private func answer(
        _ method: OutboundMethod, _ url: String, headers: [OutboundField], body: OutboundBody
    ) async throws(MessageLogFailure) -> WitnessAnswer {
        var limits = OutboundLimits()
        limits.connectMilliseconds = 5_000
        limits.totalMilliseconds = 15_000
        limits.responseBytes = Self.maximumAnswerBytes
        do throws(NetworkingFailure) {
            let response = try await http.request(
                OutboundRequest(method, url, headers: headers, body: body, limits: limits, tls: .unverified))
            return WitnessAnswer(
                status: response.status, contentType: response.header("content-type") ?? "", body: try await response.collect())
        } catch {
            throw .witnessUnreachable(reason: "\(error)")
        }
    }
}
