import Foundation
import Logging
import NIOPosix
import Networking
import ServiceLifecycle

/// Takes commands over the socket in the state folder: HTTP/1.1 with JSON, for `ura`'s own commands and for scripts with curl.
/// Has an event loop of its own, so that no command holds up an exchange.
struct ControlListener: Service {
    typealias Handler = @Sendable (_ body: [UInt8], _ caller: Caller) async throws -> [UInt8]

    static let maximumBodyBytes = 64 << 20
    private let listener: HTTPListener

    init(path: String, routes: ControlRoutes, log: Logger) {
        var limits = ListenerLimits()
        limits.maximumConnections = 16
        limits.maximumBodyBytes = Self.maximumBodyBytes
        listener = HTTPListener(
            .unixSocket(path: path), limits: limits, group: MultiThreadedEventLoopGroup(numberOfThreads: 1), log: log
        ) { exchange in
            await Self.serve(exchange, routes, log)
        }
    }

    func bind() async throws { try await listener.bind() }

    func run() async throws { try await listener.run() }

    private static func serve(_ exchange: HTTPServerExchange, _ routes: ControlRoutes, _ log: Logger) async {
        let (status, body) = await answer(exchange, routes, log)
        // A command that is gone needs no answer.
        try? await exchange.respond(status: status, headers: [("Content-Type", "application/json")], body: body)
    }

    private static func answer(
        _ exchange: HTTPServerExchange, _ routes: ControlRoutes, _ log: Logger
    ) async -> (status: Int, body: [UInt8]) {
        func refused(_ status: Int, _ reason: String) -> (Int, [UInt8]) {
            (status, (try? ControlJSON.encode(ControlRefusal(reason: reason))) ?? [])
        }
        // The socket's mode keeps others away; who changes that mode does not change who may command.
        guard let process = exchange.process, process.user == geteuid() || process.user == 0 else {
            return refused(403, "commands are for this server's own user and for root")
        }
        guard exchange.method == "POST" else { return refused(405, "commands are posted") }
        guard let handler = routes[exchange.target] else { return refused(404, "there is no command \(exchange.target)") }
        let caller = Caller(process)
        do {
            var body: [UInt8] = []
            while let bytes = try await exchange.nextBodyChunk() { body += bytes }
            let answer = try await handler(body, caller)
            log.info("command done", metadata: ["command": "\(exchange.target)", "caller": "\(caller)"])
            return (200, answer)
        } catch let error as DecodingError {
            return refused(400, "not what \(exchange.target) is asked with: \(error)")
        } catch {
            log.warning(
                "command refused", metadata: ["command": "\(exchange.target)", "caller": "\(caller)", "reason": "\(error)"])
            return refused(409, "\(error)")
        }
    }
}

/// What a running server can be asked to do.
struct ControlRoutes: Sendable {
    private var handlers: [String: ControlListener.Handler] = [:]

    subscript(_ path: String) -> ControlListener.Handler? { handlers[path] }

    mutating func add<Request: ControlRequest>(
        _: Request.Type, _ perform: @escaping @Sendable (Request, Caller) async throws -> Request.Answer
    ) {
        handlers[Request.path] = { body, caller in
            try ControlJSON.encode(try await perform(try ControlJSON.decode(Request.self, from: body), caller))
        }
    }
}

enum ControlJSON {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
