import GlobalConfiguration
import PKI
import SignedDocuments
import XRoadModel

/// A signature that the member itself made, by a certificate that is good now: only `SignerTrust` makes one.
package struct MemberSignature: Sendable {
    package let signature: VerifiedSignature
    package let member: MemberIdentifier
    fileprivate init(signature: VerifiedSignature, member: MemberIdentifier) {
        self.signature = signature
        self.member = member
    }
}

/// Decides whether a verified signature is the member's. Chain, OCSP and member binding are judged for every message; the verdict on
/// the same grounds is kept until the first of them expires, failures are never kept.
package final class SignerTrust: Sendable {
    private struct Grounds: Hashable, Sendable {
        let certificate: [UInt8]
        let responses: [[UInt8]]
        let configuration: ConfigurationHash
        let member: MemberIdentifier
    }

    private let verdicts = BoundedCache<Grounds, Instant>(capacity: 4096)

    package func trust(
        _ signature: VerifiedSignature, of member: MemberIdentifier, in configuration: ConfigurationSnapshot, at now: Instant
    ) throws(SignedDocumentFailure) -> MemberSignature {
        // Of this very message, so never out of the cache.
        try signature.checkSigningTime(at: now)
        let grounds = Grounds(
            certificate: signature.certificate.digest(.sha256),
            responses: signature.ocspResponses.map { DigestAlgorithm.sha256.digest($0) },
            configuration: configuration.hash, member: member)
        if let until = verdicts.value(grounds), now < until { return MemberSignature(signature: signature, member: member) }
        let trust: VerificationTrust
        do { trust = try configuration.verificationTrust(for: member.instance) } catch { throw .incorrectCertificate("\(error)") }
        let trusted = try trust.trust(signature, of: member, at: now)
        verdicts.insert(min(trusted.validUntil, configuration.expires), for: grounds)
        return MemberSignature(signature: signature, member: member)
    }
}
