import GlobalConfiguration

/// What is wrong with a registry file or with what is to be published. Each case names the entry.
package enum RegistryFailure: Error, Equatable {
    case invalidCode(entry: String, code: String)
    case invalidReference(entry: String, reference: String)
    case unknownMemberClass(entry: String, code: String)
    case unknownClient(entry: String, reference: String)
    case duplicate(entry: String)
    case invalidAddress(entry: String, address: String)
    case invalidSetting(name: String, value: Int64, allowed: ClosedRange<Int64>)
    case unreadableCertificate(file: String, reason: String)
    case unknownCertificateProfile(entry: String, profile: String)
    case keyDoesNotFitCertificate
    case notEncodable(ConfigurationFailure)
}

extension RegistryFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidCode(let entry, let code):
            "\(entry): code \"\(code)\" is empty, has blanks at an end, or holds control characters or one of : ; / \\ %"
        case .invalidReference(let entry, let reference):
            "\(entry): \"\(reference)\" is neither CLASS/CODE nor CLASS/CODE/SUBSYSTEM"
        case .unknownMemberClass(let entry, let code): "\(entry): member class \(code) is not listed"
        case .unknownClient(let entry, let reference): "\(entry): \(reference) is not registered"
        case .duplicate(let entry): "\(entry) is listed twice"
        case .invalidAddress(let entry, let address): "\(entry): \"\(address)\" is no host name or IP address"
        case .invalidSetting(let name, let value, let allowed):
            "\(name) is \(value), allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
        case .unreadableCertificate(let file, let reason): "certificate \(file): \(reason)"
        case .unknownCertificateProfile(let entry, let profile): "\(entry): certificate profile \(profile) is not supported"
        case .keyDoesNotFitCertificate: "the signing key does not belong to the verification certificate"
        case .notEncodable(let failure): "the configuration cannot be written: \(failure)"
        }
    }
}
