import CSecurity
import XRoadModel

/// Judges OCSP responses (RFC 6960 3.2, 4.2.2.2).
package enum OCSPVerifier {
    /// Succeeds only for the status good. `responders` are the certificates that the global configuration approves for this
    /// issuer; besides them the issuer itself may answer, and whom it gave a certificate for OCSP signing.
    package static func verify(
        _ response: OCSPResponse, certificate: Certificate, issuer: Certificate, responders: [Certificate] = [], at: Instant,
        policy: OCSPPolicy
    ) throws(PKIFailure) -> VerifiedOCSP {
        let subject = certificate.subject.rfc2253
        guard let statement = try response.statement(on: certificate, issuer: issuer) else {
            throw .ocspNotApplicable(certificate: subject)
        }
        guard !response.hasCriticalExtension, !statement.hasCriticalExtension else {
            throw .malformed(.ocspResponse, reason: "critical extension that is not understood")
        }
        let responder = try responder(of: response, issuer: issuer, approved: responders, at: at, policy.algorithms)
        try checkAge(of: statement, subject, at: at, policy)
        switch statement.status {
        case .good: break
        case .revoked(let since): throw .revoked(certificate: subject, since: since)
        case .unknown: throw .statusUnknown(certificate: subject)
        }
        let limits = [
            statement.thisUpdate.adding(seconds: policy.freshnessSeconds), responder.notAfter,
            policy.verifyNextUpdate ? statement.nextUpdate : nil,
        ]
        return VerifiedOCSP(
            producedAt: response.producedAt, thisUpdate: statement.thisUpdate, nextUpdate: statement.nextUpdate,
            validUntil: limits.compactMap(\.self).min() ?? statement.thisUpdate, responder: responder)
    }

    /// Age counts from thisUpdate; both ends are inclusive, as in X-Road.
    private static func checkAge(
        of statement: OCSPResponse.Statement, _ subject: String, at: Instant, _ policy: OCSPPolicy
    ) throws(PKIFailure) {
        let thisUpdate = statement.thisUpdate
        guard thisUpdate <= at.adding(seconds: OCSPPolicy.clockToleranceSeconds) else {
            throw .ocspFromTheFuture(certificate: subject, thisUpdate: thisUpdate, at: at)
        }
        guard at <= thisUpdate.adding(seconds: policy.freshnessSeconds) else {
            throw .ocspTooOld(certificate: subject, thisUpdate: thisUpdate, at: at, limitSeconds: policy.freshnessSeconds)
        }
        if policy.verifyNextUpdate, let nextUpdate = statement.nextUpdate, nextUpdate < at {
            throw .ocspSuperseded(certificate: subject, nextUpdate: nextUpdate, at: at)
        }
    }

    /// Who signed the response. Several certificates may have the responder's name, so each is tried.
    private static func responder(
        of response: OCSPResponse, issuer: Certificate, approved: [Certificate], at: Instant, _ algorithms: AlgorithmPolicy
    ) throws(PKIFailure) -> Certificate {
        guard let digest = response.signatureDigest, algorithms.signatureDigests.contains(digest) else {
            throw .unacceptableSignatureAlgorithm(certificate: "OCSP response by \(response.responder)")
        }
        let named = (approved + [issuer] + response.certificates).filter {
            ura_ocsp_response_is_by(response.object.pointer, $0.handle) == 1
        }
        guard !named.isEmpty else { throw .ocspResponderNotFound(responder: response.responder) }
        let authorised = named.filter { candidate in
            candidate == issuer || approved.contains(candidate) || isDelegate(candidate, of: issuer, algorithms)
        }
        guard !authorised.isEmpty else {
            throw .ocspResponderNotAuthorised(responder: response.responder, issuer: issuer.subject.rfc2253)
        }
        let signer = authorised.first { ura_ocsp_response_verifies(response.object.pointer, $0.handle) == 1 }
        guard let signer else { throw .ocspSignatureInvalid(responder: response.responder) }
        try algorithms.check(signer.publicKey)
        guard signer.notBefore <= at else {
            throw .notYetValid(certificate: signer.subject.rfc2253, from: signer.notBefore, at: at)
        }
        guard at <= signer.notAfter else {
            throw .expired(certificate: signer.subject.rfc2253, until: signer.notAfter, at: at)
        }
        return signer
    }

    /// RFC 6960 4.2.2.2: issued directly by the certificate's issuer, with id-kp-OCSPSigning.
    private static func isDelegate(_ candidate: Certificate, of issuer: Certificate, _ algorithms: AlgorithmPolicy) -> Bool {
        guard let digest = candidate.signatureDigest, algorithms.signatureDigests.contains(digest) else { return false }
        return candidate.extendedKeyUsage.contains(ExtendedKeyUsage.ocspSigning) && candidate.isIssued(by: issuer)
    }
}
