import XRoadModel

/// Which archives a record goes to.
package enum ArchiveGrouping: String, CaseIterable, Sendable, Codable {
    case none, member, subsystem

    func group(of client: ClientIdentifier?) -> ArchiveGroup {
        guard let client else { return .server }
        switch self {
        case .none: return .server
        case .member: return ArchiveGroup(client: ClientIdentifier(member: client.member))
        case .subsystem: return ArchiveGroup(client: client)
        }
    }
}

/// The records of one chain of archives: of one member or subsystem, or of none, to which events belong in any case.
package struct ArchiveGroup: Hashable, Sendable {
    package let client: ClientIdentifier?

    package static let server = ArchiveGroup(client: nil)

    package init(client: ClientIdentifier?) { self.client = client }

    /// Codes with slashes between them, as X-Road names groups; empty of the server's.
    package var name: String { client.map(String.init(describing:)) ?? "" }
}
