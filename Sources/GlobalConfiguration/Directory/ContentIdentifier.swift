/// What a configuration part holds (PR-GCONF 2.5).
package enum ContentIdentifier: Hashable, Sendable {
    case privateParameters
    case sharedParameters
    /// An additional part of the installation, such as `MONITORING`.
    case other(String)

    package init(_ name: String) {
        switch name {
        case "PRIVATE-PARAMETERS": self = .privateParameters
        case "SHARED-PARAMETERS": self = .sharedParameters
        default: self = .other(name)
        }
    }

    package var name: String {
        switch self {
        case .privateParameters: "PRIVATE-PARAMETERS"
        case .sharedParameters: "SHARED-PARAMETERS"
        case .other(let name): name
        }
    }
}

/// Versions of shared and private parameters.
package enum ConfigurationVersion {
    /// What our central server publishes (PR-GCONF 2.7).
    package static let current = 5
    /// A directory without `Version` is of this one.
    package static let unnamed = 2
    package static let readable = 2...6
}
