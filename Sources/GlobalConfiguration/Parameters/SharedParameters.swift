import XRoadModel

/// What all members of an instance, and those of federated instances, need to know about it (PR-GCONF annex B).
package struct SharedParameters: Sendable, Equatable {
    /// Version of the form it was read from; it decides how authentication certificates are hashed.
    package var version = ConfigurationVersion.current
    package var instance: String
    package var sources: [PublishedSource] = []
    package var approvedCAs: [ApprovedCA] = []
    package var approvedTSAs: [ApprovedTSA] = []
    package var members: [Member] = []
    package var securityServers: [SecurityServer] = []
    package var globalGroups: [GlobalGroup] = []
    package var memberClasses: [MemberClass] = []
    /// Greatest age of an OCSP response, in seconds.
    package var ocspFreshnessSeconds: Int64

    package init(instance: String, ocspFreshnessSeconds: Int64) {
        self.instance = instance
        self.ocspFreshnessSeconds = ocspFreshnessSeconds
    }
}

/// A central server node that offers the configuration; certificates are DER.
package struct PublishedSource: Sendable, Equatable {
    package let address: String
    package let internalVerificationCertificates: [[UInt8]]
    package let externalVerificationCertificates: [[UInt8]]

    package init(address: String, internalVerificationCertificates: [[UInt8]], externalVerificationCertificates: [[UInt8]]) {
        self.address = address
        self.internalVerificationCertificates = internalVerificationCertificates
        self.externalVerificationCertificates = externalVerificationCertificates
    }
}

/// A certification service that the governing authority has approved.
package struct ApprovedCA: Sendable, Equatable {
    package let name: String
    /// Its certificates serve for TLS only, not for signatures.
    package let authenticationOnly: Bool
    package let top: Authority
    package let intermediates: [Authority]
    /// Name of the rule by which its signing certificates name members.
    package let certificateProfile: String

    package init(name: String, authenticationOnly: Bool, top: Authority, intermediates: [Authority], certificateProfile: String) {
        self.name = name
        self.authenticationOnly = authenticationOnly
        self.top = top
        self.intermediates = intermediates
        self.certificateProfile = certificateProfile
    }

    package struct Authority: Sendable, Equatable {
        /// DER.
        package let certificate: [UInt8]
        package let responders: [Responder]

        package init(certificate: [UInt8], responders: [Responder]) {
            self.certificate = certificate
            self.responders = responders
        }
    }

    /// An OCSP responder for the certificates of one authority.
    package struct Responder: Sendable, Equatable {
        package let url: String
        /// DER; nil where the authority itself or a delegate that it names signs the responses.
        package let certificate: [UInt8]?

        package init(url: String, certificate: [UInt8]?) {
            self.url = url
            self.certificate = certificate
        }
    }
}

/// A time-stamping service that the governing authority has approved.
package struct ApprovedTSA: Sendable, Equatable {
    package let name: String
    package let url: String
    /// DER.
    package let certificate: [UInt8]

    package init(name: String, url: String, certificate: [UInt8]) {
        self.name = name
        self.url = url
        self.certificate = certificate
    }
}

package struct MemberClass: Sendable, Equatable {
    package let code: String
    package let description: String

    package init(code: String, description: String) {
        self.code = code
        self.description = description
    }
}

package struct Member: Sendable, Equatable {
    package let identifier: MemberIdentifier
    package let name: String
    package let subsystems: [Subsystem]

    package init(identifier: MemberIdentifier, name: String, subsystems: [Subsystem]) {
        self.identifier = identifier
        self.name = name
        self.subsystems = subsystems
    }

    package struct Subsystem: Sendable, Equatable {
        package let code: String
        /// Since version 5.
        package let name: String?

        package init(code: String, name: String?) {
            self.code = code
            self.name = name
        }
    }
}

package struct SecurityServer: Sendable, Equatable {
    package let identifier: SecurityServerIdentifier
    /// Host name or IP address, without port; nil for a server that cannot be called.
    package let address: String?
    /// SHA-256 of the certificate's DER; SHA-1 in version 2.
    package let authenticationCertificateHashes: [[UInt8]]
    /// Without the owner, who is a client always.
    package let clients: [ClientIdentifier]
    /// Present while the server is out of service (since version 5).
    package let maintenance: Maintenance?

    package init(
        identifier: SecurityServerIdentifier, address: String?, authenticationCertificateHashes: [[UInt8]],
        clients: [ClientIdentifier], maintenance: Maintenance? = nil
    ) {
        self.identifier = identifier
        self.address = address
        self.authenticationCertificateHashes = authenticationCertificateHashes
        self.clients = clients
        self.maintenance = maintenance
    }

    package struct Maintenance: Sendable, Equatable {
        package let message: String?

        package init(message: String?) { self.message = message }
    }
}

/// A group of access-right subjects of the whole instance.
package struct GlobalGroup: Sendable, Equatable {
    package let code: String
    package let description: String
    package let members: [ClientIdentifier]

    package init(code: String, description: String, members: [ClientIdentifier]) {
        self.code = code
        self.description = description
        self.members = members
    }
}
