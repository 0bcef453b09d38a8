import Exchange
import MessageCodecs
import Networking
import XRoadModel

/// Calls services through the outbound client.
struct ServiceCaller: ServiceCalling {
    let http: OutboundHTTP
    let maximumBodyBytes: Int
    let connectSeconds: Int

    init(http: OutboundHTTP, maximumBodyBytes: Int, connectSeconds: Int) {
        self.http = http
        self.maximumBodyBytes = maximumBodyBytes
        self.connectSeconds = connectSeconds
    }

    init(_ settings: SecurityServerSettings, _ http: OutboundHTTP) {
        self.init(
            http: http, maximumBodyBytes: settings.limits.maximumBodyBytes, connectSeconds: settings.limits.connectSeconds)
    }

    func call(_ request: JournaledRequest) async throws(ServiceFailure) -> ServiceAnswer {
        let service = request.service
        let call = request.serviceCall
        guard let method = OutboundMethod(rawValue: call.method) else { throw .malformedAddress(call.method) }
        var limits = OutboundLimits()
        limits.connectMilliseconds = min(connectSeconds, service.timeoutSeconds) * 1000
        limits.totalMilliseconds = service.timeoutSeconds * 1000
        limits.idleMilliseconds = service.timeoutSeconds * 1000
        limits.responseBytes = maximumBodyBytes
        let outbound = OutboundRequest(
            method, call.url, headers: call.headers.map { OutboundField($0.name, $0.value) }, body: body(of: call),
            limits: limits,
            tls: .unverified)
        do {
            let response = try await http.request(outbound)
            return ServiceAnswer(
                status: response.status, reason: response.reason,
                headers: response.headers.map { ($0.name, $0.value) }, body: ServiceBody(response: response))
        } catch {
            throw Self.failure(error, address: call.origin, seconds: service.timeoutSeconds)
        }
    }

    private func body(of call: ServiceCall) -> OutboundBody {
        switch call.body {
        case .none: .none
        case .bytes(let bytes): .bytes(bytes)
        case .spooled(let body):
            { source in .stream(length: body.byteCount, next: { try await source.next() }) }(body.source())
        }
    }

    private static func failure(_ failure: NetworkingFailure, address: String, seconds: Int) -> ServiceFailure {
        switch failure {
        case .invalidRequest(let reason): .malformedAddress(reason)
        case .timedOut: .timedOut(address: address, seconds: seconds)
        case .protocolViolation(_, let reason): .malformedAnswer(address: address, reason: reason)
        default: .unreachable(address: address, reason: "\(failure)")
        }
    }
}

/// The body of a service's answer.
private struct ServiceBody: BodySource {
    let response: OutboundResponse

    func next() async throws(TransferFailure) -> [UInt8]? {
        do { return try await response.nextChunk() } catch { throw TransferFailure(error) }
    }
}
