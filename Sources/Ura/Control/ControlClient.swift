import Networking

/// Asks the server that runs with a state folder.
struct ControlClient {
    let socket: String
    private let http = OutboundHTTP()

    init(_ folder: StateFolder) { socket = folder.controlSocket }

    /// Nil where no server listens. What the server refuses is thrown with its own words.
    func ask<Request: ControlRequest>(_ request: Request) async throws -> Request.Answer? {
        var outbound = OutboundRequest(
            .post, "http://ura" + Request.path, headers: [OutboundField("Content-Type", "application/json")],
            body: .bytes(try ControlJSON.encode(request)), limits: Self.limits)
        outbound.unixSocket = socket
        let response: OutboundResponse
        do { response = try await http.request(outbound) } catch {
            switch error {
            case .refused, .unreachable: return nil
            default: throw error
            }
        }
        let body = try await response.collect()
        guard response.status == 200 else { throw try ControlJSON.decode(ControlRefusal.self, from: body) }
        return try ControlJSON.decode(Request.Answer.self, from: body)
    }

    /// Erasing many records takes its time; still everything ends.
    private static var limits: OutboundLimits {
        var limits = OutboundLimits()
        limits.connectMilliseconds = 2_000
        limits.totalMilliseconds = 600_000
        limits.idleMilliseconds = 600_000
        limits.responseBytes = ControlListener.maximumBodyBytes
        return limits
    }
}
