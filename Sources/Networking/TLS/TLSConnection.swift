import CSecurity
import NIOCore

/// One connection's TLS state in OpenSSL, without a socket. Belongs to one event loop.
final class TLSConnection {
    enum Outcome: Equatable {
        case done
        /// All input is used up.
        case wantsInput
        /// The peer sends no more (close_notify).
        case end
        case noCertificate
        case failed
    }

    private let tls: OpaquePointer
    private let context: TLSContext

    /// `serverName` and `session` are for clients.
    init(context: TLSContext, serverName: String? = nil, session: TLSSession? = nil) throws(NetworkingFailure) {
        let tls =
            if let serverName {
                serverName.withCString { ura_tls_new(context.pointer, $0, session?.pointer) }
            } else {
                ura_tls_new(context.pointer, nil, session?.pointer)
            }
        guard let tls else { throw .unusableTLSConfiguration(reason: "OpenSSL made no connection") }
        self.tls = tls
        self.context = context
    }

    deinit { ura_tls_release(tls) }

    /// Takes the handshake as far as `input` allows.
    func handshake(_ input: inout ByteBuffer) -> Outcome {
        var result = URA_TLS_FAILED
        input.readWithUnsafeReadableBytes { bytes in
            var used = 0
            result = ura_tls_handshake(tls, bytes.bytePointer, bytes.count, &used)
            return used
        }
        return Outcome(result)
    }

    /// Decrypts into the room of `plaintext` until that is full (`done`) or `input` is used up.
    func read(_ input: inout ByteBuffer, into plaintext: inout ByteBuffer) -> Outcome {
        var result = URA_TLS_FAILED
        input.readWithUnsafeReadableBytes { bytes in
            var used = 0
            plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { room in
                var count = 0
                let destination = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                result = ura_tls_read(tls, bytes.bytePointer, bytes.count, &used, destination, room.count, &count)
                return count
            }
            return used
        }
        return Outcome(result)
    }

    /// The ciphertext of all of `plaintext`, or nil where the connection has failed.
    func sealed(_ plaintext: ByteBuffer, allocator: ByteBufferAllocator) -> ByteBuffer? {
        let bound = ura_tls_sealed_bound(plaintext.readableBytes)
        var sealed = allocator.buffer(capacity: bound)
        var result = URA_TLS_FAILED
        plaintext.withUnsafeReadableBytes { bytes in
            _ = sealed.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { room in
                var count = 0
                let destination = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                result = ura_tls_write(tls, bytes.bytePointer, bytes.count, destination, room.count, &count)
                return count
            }
        }
        return result == URA_TLS_DONE ? sealed : nil
    }

    /// Puts close_notify into the pending output.
    func close() { _ = ura_tls_close(tls) }

    /// Bytes of handshake, tickets and alerts that have to leave before anything else.
    func pendingOutput(allocator: ByteBufferAllocator) -> ByteBuffer? {
        let count = ura_tls_pending_output(tls)
        guard count > 0 else { return nil }
        var output = allocator.buffer(capacity: count)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            ura_tls_take_output(tls, room.baseAddress?.assumingMemoryBound(to: UInt8.self))
            return count
        }
        return output
    }

    /// OpenSSL's reason for the first failure, with the alert.
    var failure: String { String(cString: ura_tls_failure(tls)) }

    /// A client's newest session since the last call.
    func takeSession() -> TLSSession? { ura_tls_take_session(tls).map(TLSSession.init(adopting:)) }

    /// For a completed handshake.
    var peer: TLSPeer {
        TLSPeer(
            certificates: peerCertificates, version: String(cString: ura_tls_version(tls)),
            suite: String(cString: ura_tls_suite(tls)), isResumed: ura_tls_is_resumed(tls) == 1)
    }

    private var peerCertificates: [[UInt8]] {
        var certificates: [[UInt8]] = []
        var buffer = ura_buffer()
        while ura_tls_peer_certificate(tls, certificates.count, &buffer) == 1 {
            certificates.append([UInt8](UnsafeBufferPointer(start: buffer.bytes, count: buffer.length)))
            ura_buffer_release(&buffer)
        }
        return certificates
    }
}

extension TLSConnection.Outcome {
    fileprivate init(_ result: ura_tls_result) {
        switch result {
        case URA_TLS_DONE: self = .done
        case URA_TLS_WANTS_INPUT: self = .wantsInput
        case URA_TLS_END: self = .end
        case URA_TLS_NO_CERTIFICATE: self = .noCertificate
        default: self = .failed
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var bytePointer: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
