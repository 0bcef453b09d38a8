import XRoadModel

/// Why a global configuration, or what was asked of it, cannot be used. Each case names the failing link and is grouped by who
/// can mend it.
package enum ConfigurationFailure: Error, Equatable {
    // What the configuration source publishes.
    case malformedAnchor(String)
    case malformedDirectory(String)
    case missingField(String)
    case unsupportedVersion(String)
    case unsupportedAlgorithm(String)
    /// The directory is signed with a certificate that neither the anchor nor the last good configuration names.
    case unknownVerificationCertificate
    case invalidSignature
    case expired(Instant)
    /// Other content than the current configuration's, with an earlier end of validity.
    case rolledBack(offered: Instant, current: Instant)
    case duplicatePart(String)
    case missingPart(String)
    case foreignLocation(String)
    case unsafeFileName(String)
    case partAltered(String)
    /// A stored part that none of the signed directories lists.
    case unlistedPart(String)
    case wrongInstance(expected: String, found: String)
    case malformedParameters(String)
    case tooLarge(String)

    // The way to the source.
    case unreachable(url: String, reason: String)
    /// The source answered 404: it does not have this version or file (PR-GCONF 2.7).
    case notOffered(url: String)
    /// Every source was tried; the reasons stand in the order of trial.
    case noUsableSource([SourceFailure])

    // What the caller asked for.
    case unknownInstance(String)
    case unknownMember(ClientIdentifier)
    case unapprovedIssuer(String)
    case memberNotNamed(String)

    // Our own side.
    case noConfiguration
    case refreshRunning
    case storage(String)
}

/// What went wrong at one configuration source.
package struct SourceFailure: Equatable, Sendable {
    package let url: String
    package let failure: ConfigurationFailure

    package init(url: String, failure: ConfigurationFailure) {
        self.url = url
        self.failure = failure
    }
}

extension ConfigurationFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedAnchor(let reason): "configuration anchor: \(reason)"
        case .malformedDirectory(let reason): "signed directory: \(reason)"
        case .missingField(let name): "signed directory: field \(name) is missing"
        case .unsupportedVersion(let version): "configuration version \(version) is not supported"
        case .unsupportedAlgorithm(let uri): "signed directory: algorithm \(uri) is not accepted"
        case .unknownVerificationCertificate: "signed directory: it names no trusted verification certificate"
        case .invalidSignature: "signed directory: the signature does not verify"
        case .expired(let instant): "the global configuration expired at \(instant)"
        case .rolledBack(let offered, let current):
            "the source offers an older configuration (valid until \(offered)) than the current one (valid until \(current))"
        case .duplicatePart(let name): "signed directory: \(name) is listed twice"
        case .missingPart(let name): "the configuration has no \(name)"
        case .foreignLocation(let location): "signed directory: \(location) is not at the configuration source"
        case .unsafeFileName(let name): "signed directory: \(name) is not a plain file name"
        case .partAltered(let location): "configuration part \(location) does not match its hash in the signed directory"
        case .unlistedPart(let name): "configuration part \(name) is in none of the signed directories"
        case .wrongInstance(let expected, let found): "the configuration part is for instance \(found), not \(expected)"
        case .malformedParameters(let reason): "configuration parameters: \(reason)"
        case .tooLarge(let name): "\(name) is larger than allowed"
        case .unreachable(let url, let reason): "configuration source \(url): \(reason)"
        case .notOffered(let url): "configuration source \(url): not found"
        case .noUsableSource(let failures):
            "no configuration source can be used: "
                + failures.map { "\($0.url): \($0.failure)" }.joined(separator: "; ")
        case .unknownInstance(let instance): "the global configuration has no instance \(instance)"
        case .unknownMember(let identifier): "the global configuration has no member or subsystem \(identifier)"
        case .unapprovedIssuer(let name): "\(name) is not an approved certification authority"
        case .memberNotNamed(let reason): "the certificate names no member: \(reason)"
        case .noConfiguration: "there is no global configuration yet"
        case .refreshRunning: "the global configuration is being refreshed already"
        case .storage(let reason): "configuration storage: \(reason)"
        }
    }
}
