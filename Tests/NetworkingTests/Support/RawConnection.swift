import Foundation

/// A plain TCP connection that sends exactly the bytes it is given.
final class RawConnection {
    private let descriptor: Int32

    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        receiveTimeout(milliseconds: 20_000)
        guard result == 0 else { throw TestIdentity.ToolFailure(text: String(cString: strerror(errno))) }
    }

    deinit { Foundation.close(descriptor) }

    func send(_ text: String) { send(bytes: Array(text.utf8)) }

    func send(bytes: [UInt8]) {
        _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends with a reset instead of an orderly end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    func receiveTimeout(milliseconds: Int) {
        var timeout = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    /// What comes next, or nil at the end; "timeout" where nothing comes in time.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { return errno == EAGAIN ? "timeout" : nil }
        return count == 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    func receiveAll() -> String {
        var text = ""
        while let next = receive(), next != "timeout" { text += next }
        return text
    }
}

/// Runs blocking socket work on a thread of its own.
func blocking<Value: Sendable>(_ body: @Sendable @escaping () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// Sends `text` and gives back all that the server says until it closes.
func conversation(_ port: Int, _ text: String) async throws -> String {
    try await blocking {
        let connection = try RawConnection(port: port)
        connection.send(text)
        return connection.receiveAll()
    }
}
