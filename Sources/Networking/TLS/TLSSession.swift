import CSecurity
import Synchronization

/// What a client needs to resume a session with a peer.
///
/// Sendable: the session is not changed after OpenSSL handed it out, and its reference count is atomic.
final class TLSSession: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over `pointer`.
    init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    deinit { ura_tls_session_release(pointer) }
}

/// The newest session with each peer. Full: the store is emptied, which costs some full handshakes.
final class TLSSessionStore: Sendable {
    private let capacity: Int
    private let sessions = Mutex<[NetworkEndpoint: TLSSession]>([:])

    init(capacity: Int) { self.capacity = capacity }

    func session(for peer: NetworkEndpoint) -> TLSSession? { sessions.withLock { $0[peer] } }

    func store(_ session: TLSSession, for peer: NetworkEndpoint) {
        guard capacity > 0 else { return }
        sessions.withLock { sessions in
            if sessions.count >= capacity, sessions[peer] == nil { sessions.removeAll() }
            sessions[peer] = session
        }
    }
}
