import Foundation
import Synchronization

/// A service that does on each connection exactly what a test tells it, byte for byte.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let accepted = Mutex(0)

    var url: String { "http://127.0.0.1:\(port)" }
    var connectionCount: Int { accepted.withLock { $0 } }

    init(_ script: @escaping @Sendable (ScriptedConnection) throws -> Void) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 256) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            // Closed where it is used: elsewhere the number could already be another socket's.
            defer { close(descriptor) }
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                self?.accepted.withLock { $0 += 1 }
                Thread.detachNewThread { try? script(ScriptedConnection(descriptor: connection)) }
            }
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// One accepted connection; closed when the script returns.
final class ScriptedConnection {
    private let descriptor: Int32
    private var buffered: [UInt8] = []

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The request line and headers with the empty line; nil at the connection's end.
    func readHead() -> String? {
        while true {
            if let end = buffered.firstRange(of: Array("\r\n\r\n".utf8)) {
                defer { buffered.removeFirst(end.upperBound) }
                return String(decoding: buffered[..<end.upperBound], as: UTF8.self)
            }
            guard let more = receiveMore() else { return nil }
            buffered += more
        }
    }

    /// Up to `count` bytes; fewer only at the connection's end.
    func read(_ count: Int) -> [UInt8] {
        while buffered.count < count, let more = receiveMore() { buffered += more }
        defer { buffered.removeFirst(min(count, buffered.count)) }
        return Array(buffered.prefix(count))
    }

    /// Whatever comes next; nil at the connection's end.
    func receive() -> [UInt8]? {
        guard buffered.isEmpty else {
            defer { buffered = [] }
            return buffered
        }
        return receiveMore()
    }

    private func receiveMore() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw POSIXError(.EPIPE) }
            rest = rest.dropFirst(count)
        }
    }

    /// Answers each request of the connection with `body`.
    func answerAll(_ body: String = "ok") throws {
        while readHead() != nil { try write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)") }
    }

    deinit { close(descriptor) }
}
