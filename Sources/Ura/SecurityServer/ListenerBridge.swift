import AccessPolicy
import Exchange
import Networking
import PKI

extension IncomingCall {
    /// What the listener received, as the exchange sees it.
    convenience init(_ exchange: HTTPServerExchange) {
        let certificates = exchange.peerCertificateChain
        self.init(
            method: exchange.method, target: exchange.target, headers: exchange.headers,
            remoteAddress: exchange.remoteAddress.host,
            connection: exchange.isTLS
                ? .tls(clientCertificate: certificates.first.map { DigestAlgorithm.sha256.digest($0) }) : .plain,
            certificates: certificates, body: ListenerBody(exchange: exchange))
    }
}

/// The body of a call, read from its connection on demand.
private struct ListenerBody: BodySource {
    let exchange: HTTPServerExchange

    func next() async throws(TransferFailure) -> [UInt8]? {
        do { return try await exchange.nextBodyChunk() } catch { throw TransferFailure(error) }
    }
}

/// The way back to a caller.
struct ListenerReply: CallerReply {
    let exchange: HTTPServerExchange

    func respond(status: Int, headers: [(name: String, value: String)], body: [UInt8]) async throws(TransferFailure) {
        do { try await exchange.respond(status: status, headers: headers.map { ($0.name, $0.value) }, body: body) } catch {
            throw TransferFailure(error)
        }
    }

    func start(status: Int, headers: [(name: String, value: String)]) async throws(TransferFailure) {
        do { try await exchange.startResponse(status: status, headers: headers.map { ($0.name, $0.value) }) } catch {
            throw TransferFailure(error)
        }
    }

    func write(_ bytes: [UInt8]) async throws(TransferFailure) {
        do { try await exchange.write(bytes) } catch { throw TransferFailure(error) }
    }

    func end() async throws(TransferFailure) {
        do { try await exchange.endResponse() } catch { throw TransferFailure(error) }
    }
}

extension TransferFailure {
    init(_ failure: NetworkingFailure) {
        switch failure {
        case .timedOut(_, let phase, _): self = .timedOut(phase.rawValue)
        case .connectionClosed, .connectionClosedBeforeResponse, .cancelled: self = .closed("\(failure)")
        case .bodyTooLarge(_, let limit), .bodyOverSpoolLimit(let limit): self = .overLimit(bytes: limit)
        default: self = .failed("\(failure)")
        }
    }
}
