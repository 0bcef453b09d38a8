import GlobalConfiguration
import SignedDocuments
import XRoadModel

extension ConfigurationSnapshot {
    /// What logged messages of this configuration's time are judged by: each member by its own instance's authorities, time-stamps by
    /// those of every instance, as X-Road has it. What a member of one instance logged is shown to another one's.
    ///
    /// - Parameters:
    ///   - now: no time-stamp is later.
    ///   - trust: why this configuration is trusted, for the report.
    package func recordTrust(now: Instant, trust: VerificationReport.Configuration.Trust = .asGiven) -> RecordTrust {
        RecordTrust(
            configuration: VerificationReport.Configuration(
                instance: instance, hash: hash.description, validUntil: expires, trust: trust),
            timestamps: timestampTrust(now: now),
            signers: { instance in try? self.verificationTrust(for: instance ?? self.instance) })
    }
}
