import XRoadModel

/// What only members of the instance itself need to know (PR-GCONF annex C).
package struct PrivateParameters: Sendable, Equatable {
    package var instance: String
    /// Further sources of configuration: of detached shared parameters or of federated instances.
    package var anchors: [ConfigurationAnchor] = []
    package var managementService: ManagementService
    /// Longest time that a logged message may wait for its time-stamp.
    package var timeStampingIntervalSeconds: Int64

    package init(instance: String, managementService: ManagementService, timeStampingIntervalSeconds: Int64) {
        self.instance = instance
        self.managementService = managementService
        self.timeStampingIntervalSeconds = timeStampingIntervalSeconds
    }

    package struct ManagementService: Sendable, Equatable {
        /// URL at which security servers register authentication certificates.
        package let registrationAddress: String
        /// DER of the registration service's TLS certificate.
        package let registrationCertificate: [UInt8]?
        /// The member or subsystem that provides the management services.
        package let provider: ClientIdentifier

        package init(registrationAddress: String, registrationCertificate: [UInt8]?, provider: ClientIdentifier) {
            self.registrationAddress = registrationAddress
            self.registrationCertificate = registrationCertificate
            self.provider = provider
        }
    }
}
