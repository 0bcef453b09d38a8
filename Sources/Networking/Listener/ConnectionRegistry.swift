import NIOCore
import Synchronization

/// The open connections of one listener and how many handlers are at work.
final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var handlers = 0
        var maximum: Int
    }

    private let state: Mutex<State>

    init(maximum: Int) { state = Mutex(State(maximum: maximum)) }

    /// Connections that are open already stay.
    var maximum: Int {
        get { state.withLock { $0.maximum } }
        set { state.withLock { $0.maximum = newValue } }
    }

    /// False where there are too many already. The connection leaves the registry when it closes.
    func admit(_ channel: any Channel) -> Bool {
        let identifier = ObjectIdentifier(channel)
        let isAdmitted = state.withLock { state in
            guard state.channels.count < state.maximum else { return false }
            state.channels[identifier] = channel
            return true
        }
        if isAdmitted { channel.closeFuture.whenComplete { _ in self.release(identifier) } }
        return isAdmitted
    }

    private func release(_ identifier: ObjectIdentifier) {
        _ = state.withLock { $0.channels.removeValue(forKey: identifier) }
    }

    func handlerStarted() { state.withLock { $0.handlers += 1 } }
    func handlerReturned() { state.withLock { $0.handlers -= 1 } }

    var channels: [any Channel] { state.withLock { Array($0.channels.values) } }
    var isIdle: Bool { state.withLock { $0.channels.isEmpty && $0.handlers == 0 } }
    var connectionCount: Int { state.withLock { $0.channels.count } }
}
