import ArgumentParser
import Foundation
import Logging
import NIOPosix
import Networking
import ServiceLifecycle

/// Puts a sample service on a socket.
struct InstitutionServer: ParsableArguments {
    @Option(help: "Address to listen on.")
    var address = "127.0.0.1"

    @Option(help: "Port to listen on.")
    var port: Int

    @Option(help: "The folder contracts/ of the repository, from which the service gives out its contract.")
    var contracts = "contracts"

    func contract(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: contracts).appendingPathComponent(path)))
    }

    /// Serves until SIGTERM or SIGINT.
    func run(_ service: any SampleService, name: String) async throws {
        let log = Logger(label: name) { StreamLogHandler.standardError(label: $0) }
        var limits = ListenerLimits()
        limits.maximumBodyBytes = 1 << 20
        let listener = HTTPListener(
            address: address, port: port, tls: nil, limits: limits, group: MultiThreadedEventLoopGroup.singleton, log: log
        ) { exchange in
            do {
                try await Self.answer(exchange, service)
            } catch {
                log.info("request without an answer", metadata: ["reason": "\(error)"])
            }
        }
        let usedPort = try await listener.bind()
        log.notice("listening", metadata: ["address": "\(address)", "port": "\(usedPort)"])
        try await ServiceGroup(services: [listener], gracefulShutdownSignals: [.sigterm, .sigint], logger: log).run()
    }

    private static func answer(_ exchange: HTTPServerExchange, _ service: any SampleService) async throws(NetworkingFailure) {
        var body: [UInt8] = []
        do {
            while let chunk = try await exchange.nextBodyChunk() { body += chunk }
        } catch .bodyTooLarge {
            return try await exchange.respond(status: 413)
        }
        let answer = service.answer(
            ServiceRequest(
                method: exchange.method, target: exchange.target, contentType: exchange.values(of: "Content-Type").first,
                body: body))
        var headers = [("Content-Type", answer.contentType)]
        if let methods = answer.allowedMethods { headers.append(("Allow", methods)) }
        try await exchange.respond(status: answer.status, headers: headers, body: answer.body)
    }
}
