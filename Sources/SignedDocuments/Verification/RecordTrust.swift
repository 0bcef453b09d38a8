import PKI
import XRoadModel

/// What records of one time are judged by, all of it out of one global configuration.
package struct RecordTrust: Sendable {
    let configuration: VerificationReport.Configuration?
    let timestamps: TimestampTrust?
    private let signers: @Sendable (_ instance: String?) -> VerificationTrust?

    /// - Parameters:
    ///   - configuration: which one it is and why it is trusted, for the report.
    ///   - timestamps: nil leaves tokens unverified.
    ///   - signers: for members of an instance; nil asks for the configuration's own one. Gives nil for an unknown instance.
    package init(
        configuration: VerificationReport.Configuration? = nil, timestamps: TimestampTrust? = nil,
        signers: @escaping @Sendable (_ instance: String?) -> VerificationTrust?
    ) {
        self.configuration = configuration
        self.timestamps = timestamps
        self.signers = signers
    }

    /// The same for members of any instance.
    package init(_ trust: VerificationTrust, timestamps: TimestampTrust? = nil) {
        self.init(timestamps: timestamps) { _ in trust }
    }

    func signers(of member: MemberIdentifier?, _ certificate: Certificate) throws(SignedDocumentFailure) -> VerificationTrust {
        guard let trust = signers(member?.instance) else {
            let reason = "the global configuration has no instance \(member?.instance ?? "of its own")"
            throw .untrustedCertificate(.untrusted(certificate: certificate.subject.rfc2253, reason: reason))
        }
        return trust
    }
}

/// Why there is nothing to judge by: the configuration of that time is missing or cannot be trusted.
package struct ConfigurationRefused: Error, Sendable {
    package let reason: String
    package init(reason: String) { self.reason = reason }
}
