import Logging
import MessageLog
import Networking

/// The witness's HTTP interface (C2SP tlog-witness).
struct WitnessHandler: Sendable {
    let witness: Witness
    let log: Logger
    private let environment = SystemEnvironment()

    init(witness: Witness, log: Logger) {
        self.witness = witness
        self.log = log
    }

    func handle(_ exchange: HTTPServerExchange) async {
        let answer: WitnessAnswer
        do throws(MessageLogFailure) {
            answer = try await route(exchange)
        } catch {
            // It must not cosign what it cannot keep.
            log.error("witness cannot answer", metadata: ["reason": "\(error)"])
            answer = .refusal(500, "the witness cannot cosign now")
        }
        if answer.status >= 300 { log.info("refused", metadata: ["status": "\(answer.status)", "target": "\(exchange.target)"]) }
        // A client that is gone needs no answer: it asks again.
        try? await exchange.respond(
            status: answer.status, headers: [("Content-Type", answer.contentType)], body: answer.body)
    }

    private func route(_ exchange: HTTPServerExchange) async throws(MessageLogFailure) -> WitnessAnswer {
        let path = exchange.target.split(separator: "/", omittingEmptySubsequences: false)
        switch (exchange.method, path.count, path.last) {
        case ("POST", 2, "add-checkpoint"): return try await witness.add(await body(exchange), at: environment.now())
        case ("GET", 3, "checkpoint"): return try await witness.checkpoint(ofOriginHash: String(path[1]))
        case (_, 2, "add-checkpoint"): return .refusal(405, "only POST")
        case (_, 3, "checkpoint"): return .refusal(405, "only GET")
        default: return .refusal(404, "POST /add-checkpoint or GET /HASH/checkpoint")
        }
    }

    /// The listener bounds it; what it does not give whole is no request.
    private func body(_ exchange: HTTPServerExchange) async -> [UInt8] {
        var body: [UInt8] = []
        do throws(NetworkingFailure) {
            while let chunk = try await exchange.nextBodyChunk() {
                guard body.count + chunk.count <= WitnessRequest.maximumBytes else { return [] }
                body += chunk
            }
        } catch {
            return []
        }
        return body
    }
}
