import Logging
import NIOPosix

@testable import Networking

func peerClient(_ limits: PeerLimits = PeerLimits(), settings: TLSSettings = .peers(legacySuites: true)) throws -> PeerClient {
    let context = try TLSContext(client: TestIdentity.rsaClient().identity, settings: settings)
    return PeerClient(tls: context, group: MultiThreadedEventLoopGroup.singleton, limits: limits, log: silent)
}

func peerServer(_ settings: TLSSettings = .peers(legacySuites: true)) throws -> TLSContext {
    try TLSContext(server: TestIdentity.rsaServer().identity, settings: settings)
}

struct PeerAnswer: Sendable {
    let status: Int
    let headers: [(String, String)]
    let body: String
}

/// One request over `connection`, which stays with the caller.
func request(
    _ connection: PeerConnection, _ method: String = "POST", _ path: String = "/", body: String = "body"
) async throws -> PeerAnswer {
    try await connection.sendHead(method: method, path: path, headers: [("X", "y")])
    if !body.isEmpty { try await connection.write(Array(body.utf8)) }
    try await connection.end()
    let (status, headers) = try await connection.responseHead()
    var answer: [UInt8] = []
    while let chunk = try await connection.nextResponseChunk() { answer += chunk }
    return PeerAnswer(status: status, headers: headers, body: String(decoding: answer, as: UTF8.self))
}

/// Runs on an event loop, as request handlers do, so that a pool's connections are found again.
func onOneEventLoop<Value: Sendable>(_ body: @Sendable @escaping () async throws -> Value) async throws -> Value {
    let executor = EventLoopTaskExecutor(MultiThreadedEventLoopGroup.singleton.next())
    return try await Task(executorPreference: executor, operation: body).value
}
