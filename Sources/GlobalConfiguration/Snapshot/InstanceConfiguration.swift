import XRoadModel

/// The shared parameters of one instance with what is derived from them once.
struct InstanceConfiguration: Sendable {
    let parameters: SharedParameters
    let authorities: ApprovedAuthorities
    let groups: [String: Set<ClientIdentifier>]

    init(_ part: ConfigurationPart) throws(ConfigurationFailure) {
        parameters = try SharedParameters(reading: part.bytes, version: part.version)
        guard parameters.instance == part.instance else {
            throw .wrongInstance(expected: part.instance, found: parameters.instance)
        }
        authorities = try ApprovedAuthorities(parameters)
        groups = Dictionary(parameters.globalGroups.map { ($0.code, Set($0.members)) }) { $0.union($1) }
    }
}
