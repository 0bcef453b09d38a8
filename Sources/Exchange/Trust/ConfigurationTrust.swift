import GlobalConfiguration
import PKI
import SignedDocuments
import XRoadModel

/// What certificates are judged by, out of one configuration: each instance's own authorities, and the own instance's rule of how
/// old an OCSP response may be.
extension ConfigurationSnapshot {
    var ocspPolicy: OCSPPolicy { OCSPPolicy(freshnessSeconds: ocspFreshnessSeconds) }

    /// For sign certificates of members of `instance`.
    package func verificationTrust(for instance: String) throws(ConfigurationFailure) -> VerificationTrust {
        let authorities = try authorities(of: instance)
        return VerificationTrust(
            chains: authorities.signing, ocspResponders: authorities.approvedResponders, ocspPolicy: ocspPolicy,
            member: { certificate, claimed in authorities.member(of: certificate, claimed) })
    }

    /// For time-stamps on logged messages: the authorities of every instance, as X-Road has it. What a member of one instance logged is
    /// shown to another one's.
    package func timestampTrust(now: Instant) -> TimestampTrust {
        let authorities = instanceIdentifiers.sorted().compactMap { try? self.authorities(of: $0) }
        return TimestampTrust(authorities: authorities.flatMap { $0.timeStamping.map(\.certificate) }, now: now)
    }
}

extension ApprovedAuthorities {
    /// Approved by certificate for any of the instance's authorities.
    var approvedResponders: [Certificate] {
        (signing.anchors + signing.intermediates + authentication.anchors + authentication.intermediates)
            .flatMap { responders(for: $0) }.compactMap(\.certificate)
    }

    /// By the naming rule of the certificate's issuer; nil where the issuer is not approved or the subject does not follow the rule.
    fileprivate func member(of certificate: Certificate, _ claimed: MemberIdentifier) -> MemberIdentifier? {
        for authority in signing.anchors + signing.intermediates where authority.subject == certificate.issuer {
            guard let profile = certificateProfile(of: authority), let naming = try? MemberNaming(profile: profile) else {
                continue
            }
            return try? naming.member(of: certificate.subject, instance: claimed.instance)
        }
        return nil
    }
}
