import Glibc
import NIOCore
import NIOPosix

extension NetworkingFailure {
    /// What NIO says of a connection that was not made.
    init(connecting error: any Error, to peer: NetworkEndpoint) {
        switch error {
        case let failure as NetworkingFailure: self = failure
        case is CancellationError: self = .cancelled
        case ChannelError.connectTimeout: self = .timedOut(peer, .connect)
        case let failure as IOError where failure.errnoCode == ECONNREFUSED: self = .refused(peer)
        case let failure as NIOConnectionError:
            if let first = failure.connectionErrors.first {
                self.init(connecting: first.error, to: peer)
            } else {
                let reason = (failure.dnsAError ?? failure.dnsAAAAError).map { "\($0)" } ?? "no address"
                self = .unresolved(peer, reason: reason)
            }
        default: self = .unreachable(peer, reason: "\(error)")
        }
    }
}
