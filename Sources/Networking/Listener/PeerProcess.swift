import Glibc
import NIOCore

/// The process at the other end of a Unix-domain socket, in the kernel's words (unix(7), SO_PEERCRED): as it was when it connected.
package struct PeerProcess: Hashable, Sendable {
    package let user: UInt32
    package let identifier: Int32

    /// On the channel's event loop.
    static func of(_ channel: any Channel) -> EventLoopFuture<PeerProcess> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(NetworkingFailure.misuse(reason: "no socket behind the channel"))
        }
        let name = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(level: .socket, name: name)
        return credentials.map { PeerProcess(user: $0.user, identifier: $0.process) }
    }

    /// The kernel's `struct ucred`, which Glibc's module leaves out.
    private struct Credentials: Sendable {
        let process: Int32
        let user: UInt32
        let group: UInt32
    }
}
