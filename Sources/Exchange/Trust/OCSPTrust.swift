import PKI
import XRoadModel

/// OCSP over a whole chain: every certificate but the anchor needs a good response, whoever sent it along.
enum OCSPTrust {
    /// Until when the responses hold. A response that speaks of another certificate is passed over; the last real reason is told.
    static func verify(
        _ chain: VerifiedChain, responses: [OCSPResponse], responders: [Certificate], policy: OCSPPolicy, at now: Instant
    ) throws(PKIFailure) -> Instant {
        var until = chain.validUntil
        for (certificate, issuer) in zip(chain.certificates, chain.certificates.dropFirst()) {
            until = min(until, try verify(certificate, issuer, responses, responders, policy, now).validUntil)
        }
        return until
    }

    private static func verify(
        _ certificate: Certificate, _ issuer: Certificate, _ responses: [OCSPResponse], _ responders: [Certificate],
        _ policy: OCSPPolicy, _ now: Instant
    ) throws(PKIFailure) -> VerifiedOCSP {
        var reason = PKIFailure.ocspNotApplicable(certificate: certificate.subject.rfc2253)
        for response in responses {
            do throws(PKIFailure) {
                return try OCSPVerifier.verify(
                    response, certificate: certificate, issuer: issuer, responders: responders, at: now, policy: policy)
            } catch {
                if case .ocspNotApplicable = error { continue }
                reason = error
            }
        }
        throw reason
    }
}
