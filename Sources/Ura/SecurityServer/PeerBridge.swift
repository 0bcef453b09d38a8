import Exchange
import MessageCodecs
import Networking
import PKI

/// Connections to other security servers on their fixed port (PR-MESSTRANSP 2.1).
struct PeerConnector: PeerConnecting {
    static let port = 5500
    let client: PeerClient

    func connect(to address: String) async throws(PeerFailure) -> any Exchange.PeerChannel {
        do { return PeerConnectionChannel(connection: try await client.connect(host: address, port: Self.port)) } catch {
            throw PeerFailure(error, at: address)
        }
    }
}

private struct PeerConnectionChannel: Exchange.PeerChannel {
    let connection: PeerConnection

    var certificates: [[UInt8]] { connection.peerCertificateChain }

    func send(path: String, headers: [(name: String, value: String)], body: [UInt8]) async throws(PeerFailure) {
        do {
            try await connection.send(method: "POST", path: path, headers: headers.map { ($0.name, $0.value) }, body: body)
        } catch { throw failure(error) }
    }

    func startRequest(path: String, headers: [(name: String, value: String)]) async throws(PeerFailure) {
        do { try await connection.sendHead(method: "POST", path: path, headers: headers.map { ($0.name, $0.value) }) } catch {
            throw failure(error)
        }
    }

    func write(_ bytes: [UInt8]) async throws(PeerFailure) {
        do { try await connection.write(bytes) } catch { throw failure(error) }
    }

    func end() async throws(PeerFailure) {
        do { try await connection.end() } catch { throw failure(error) }
    }

    func answerHead() async throws(PeerFailure) -> (status: Int, headers: [(name: String, value: String)]) {
        do {
            let head = try await connection.responseHead()
            return (head.status, head.headers)
        } catch { throw failure(error) }
    }

    func nextAnswerBytes() async throws(PeerFailure) -> [UInt8]? {
        do { return try await connection.nextResponseChunk() } catch { throw failure(error) }
    }

    func release(reusable: Bool) { connection.release(reusable: reusable) }

    private func failure(_ failure: NetworkingFailure) -> PeerFailure { PeerFailure(failure, at: "\(connection.peer)") }
}

extension PeerFailure {
    init(_ failure: NetworkingFailure, at address: String) {
        switch failure {
        case .unresolved(_, let reason): self = .unknownHost(address: address, reason: reason)
        case .timedOut(_, let phase, _): self = .timedOut(address: address, phase: phase.rawValue)
        case .handshakeFailed(_, let reason): self = .handshake(address: address, reason: reason)
        case .certificateMissing: self = .handshake(address: address, reason: "it presented no certificate")
        case .connectionClosed, .connectionClosedBeforeResponse: self = .closed(address: address, reason: "\(failure)")
        case .protocolViolation(_, let reason): self = .malformed(address: address, reason: reason)
        default: self = .unreachable(address: address, reason: "\(failure)")
        }
    }
}
