/// Where a listener listens.
package enum ListenerPlace: Hashable, Sendable {
    /// With port 0 the system chooses one.
    case address(NetworkEndpoint)
    /// A Unix-domain socket, for commands on the same machine: mode 0600, so that only its owner and root may connect. Whoever
    /// listens makes sure that no other process uses the path, since an old socket there is replaced.
    case unixSocket(path: String)
}

extension ListenerPlace: CustomStringConvertible {
    package var description: String {
        switch self {
        case .address(let endpoint): endpoint.description
        case .unixSocket(let path): path
        }
    }
}
