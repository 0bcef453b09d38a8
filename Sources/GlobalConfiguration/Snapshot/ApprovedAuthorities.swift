import PKI
import XRoadModel

/// The certification and time-stamping services that one instance approves.
package struct ApprovedAuthorities: Sendable {
    /// For certificates that sign messages.
    package let signing: ChainVerifier
    /// For certificates of TLS between security servers.
    package let authentication: ChainVerifier
    package let timeStamping: [TimeStampingService]
    private let profiles: [Certificate: String]
    private let responders: [Certificate: [OCSPService]]

    package struct TimeStampingService: Sendable, Hashable {
        package let name: String
        package let url: String
        package let certificate: Certificate
    }

    package struct OCSPService: Sendable, Hashable {
        package let url: String
        /// The approved signer of its responses, if the configuration names one.
        package let certificate: Certificate?
    }

    init(_ parameters: SharedParameters) throws(ConfigurationFailure) {
        var trusted: (tops: [Certificate], intermediates: [Certificate]) = ([], [])
        var trustedForSigning = trusted
        var profiles: [Certificate: String] = [:]
        var responders: [Certificate: [OCSPService]] = [:]
        for authority in parameters.approvedCAs {
            let top = try Self.certificate(authority.top.certificate, of: authority.name)
            let intermediates = try authority.intermediates.map { (intermediate) throws(ConfigurationFailure) in
                try Self.certificate(intermediate.certificate, of: authority.name)
            }
            trusted.tops.append(top)
            trusted.intermediates += intermediates
            if !authority.authenticationOnly {
                trustedForSigning.tops.append(top)
                trustedForSigning.intermediates += intermediates
                for certificate in [top] + intermediates { profiles[certificate] = authority.certificateProfile }
            }
            for (certificate, entry) in zip([top] + intermediates, [authority.top] + authority.intermediates) {
                responders[certificate, default: []] += try entry.responders.map { (responder) throws(ConfigurationFailure) in
                    try Self.service(responder, of: authority.name)
                }
            }
        }
        signing = ChainVerifier(anchors: trustedForSigning.tops, intermediates: trustedForSigning.intermediates)
        authentication = ChainVerifier(anchors: trusted.tops, intermediates: trusted.intermediates)
        timeStamping = try parameters.approvedTSAs.map { (authority) throws(ConfigurationFailure) in
            TimeStampingService(
                name: authority.name, url: authority.url,
                certificate: try Self.certificate(authority.certificate, of: authority.name))
        }
        self.profiles = profiles
        self.responders = responders
    }

    /// The OCSP responders for certificates that `issuer` has issued.
    package func responders(for issuer: Certificate) -> [OCSPService] { responders[issuer] ?? [] }

    /// The rule by which signing certificates of `issuer` name members; nil where it is not approved for signing.
    package func certificateProfile(of issuer: Certificate) -> String? { profiles[issuer] }

    private static func service(
        _ responder: ApprovedCA.Responder, of name: String
    ) throws(ConfigurationFailure) -> OCSPService {
        OCSPService(
            url: responder.url,
            certificate: try responder.certificate.map { (der) throws(ConfigurationFailure) in try certificate(der, of: name) })
    }

    private static func certificate(_ der: [UInt8], of name: String) throws(ConfigurationFailure) -> Certificate {
        do {
            return try Certificate.parsed(der: der)
        } catch {
            throw .malformedParameters("certificate of \(name): \(error)")
        }
    }
}
