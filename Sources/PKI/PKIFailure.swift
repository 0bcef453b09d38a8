import XRoadModel

/// What PKI structures can be malformed.
package enum PKIStructure: String, Sendable {
    case certificate
    case certificateRequest = "certificate request"
    case distinguishedName = "distinguished name"
    case privateKey = "private key"
    case publicKey = "public key"
    case ocspRequest = "OCSP request"
    case ocspResponse = "OCSP response"
    case timestampRequest = "time-stamp request"
    case timestampResponse = "time-stamp response"
    case timestampToken = "time-stamp token"
}

/// Why a key, a certificate, a chain or a certificate status was not accepted. Certificates are named by their subject.
package enum PKIFailure: Error, Equatable {
    // What was handed in is wrong.
    case malformed(PKIStructure, reason: String)
    case tooLarge(PKIStructure, bytes: Int, limit: Int)
    case unacceptableKey(reason: String)
    case unacceptableSignatureAlgorithm(certificate: String)
    case unsuitable(certificate: String, use: CertificateUse)
    case invalidRequestSignature(subject: String)
    case invalidName(reason: String)

    // The certificate's chain does not hold.
    case notYetValid(certificate: String, from: Instant, at: Instant)
    case expired(certificate: String, until: Instant, at: Instant)
    case untrusted(certificate: String, reason: String)

    // The certificate's status does not hold.
    case ocspRefused(OCSPResponseStatus)
    case ocspNotApplicable(certificate: String)
    case ocspResponderNotFound(responder: String)
    case ocspResponderNotAuthorised(responder: String, issuer: String)
    case ocspSignatureInvalid(responder: String)
    case ocspFromTheFuture(certificate: String, thisUpdate: Instant, at: Instant)
    case ocspTooOld(certificate: String, thisUpdate: Instant, at: Instant, limitSeconds: Int64)
    case ocspSuperseded(certificate: String, nextUpdate: Instant, at: Instant)
    case revoked(certificate: String, since: Instant)
    case statusUnknown(certificate: String)

    case timestampRefused(TimestampRefusal)

    // Configuration of ours.
    case unknownCertificateProfile(name: String)
    case wrongPassphrase
    case cryptography(reason: String)
}

extension PKIFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let structure, let reason): "malformed \(structure.rawValue): \(reason)"
        case .tooLarge(let structure, let bytes, let limit): "\(structure.rawValue) of \(bytes) bytes, limit \(limit)"
        case .unacceptableKey(let reason): "key is not accepted: \(reason)"
        case .unacceptableSignatureAlgorithm(let certificate):
            "certificate \(certificate) is signed with an algorithm that is not accepted"
        case .unsuitable(let certificate, let use): "certificate \(certificate) is not for \(use.rawValue)"
        case .invalidRequestSignature(let subject): "certificate request for \(subject) is not signed with its own key"
        case .invalidName(let reason): "name is not accepted: \(reason)"
        case .notYetValid(let certificate, let from, let at): "certificate \(certificate) is valid from \(from), asked at \(at)"
        case .expired(let certificate, let until, let at): "certificate \(certificate) expired at \(until), asked at \(at)"
        case .untrusted(let certificate, let reason):
            "certificate \(certificate) has no chain to an approved authority: \(reason)"
        case .ocspRefused(let status): "OCSP responder answered \(status)"
        case .ocspNotApplicable(let certificate): "OCSP response says nothing about certificate \(certificate)"
        case .ocspResponderNotFound(let responder): "certificate of OCSP responder \(responder) is not known"
        case .ocspResponderNotAuthorised(let responder, let issuer): "OCSP responder \(responder) may not speak for \(issuer)"
        case .ocspSignatureInvalid(let responder): "OCSP response is not signed by responder \(responder)"
        case .ocspFromTheFuture(let certificate, let thisUpdate, let at):
            "OCSP response for \(certificate) is of \(thisUpdate), after \(at)"
        case .ocspTooOld(let certificate, let thisUpdate, let at, let limit):
            "OCSP response for \(certificate) is \(at.seconds(since: thisUpdate)) s old, limit \(limit) s"
        case .ocspSuperseded(let certificate, let nextUpdate, let at):
            "OCSP response for \(certificate) was to be renewed at \(nextUpdate), asked at \(at)"
        case .revoked(let certificate, let since): "certificate \(certificate) is revoked since \(since)"
        case .statusUnknown(let certificate): "OCSP responder does not know certificate \(certificate)"
        case .timestampRefused(let refusal): "\(refusal)"
        case .unknownCertificateProfile(let name): "certificate profile \(name) is not supported"
        case .wrongPassphrase: "private key cannot be opened with this passphrase"
        case .cryptography(let reason): "cryptographic library failed: \(reason)"
        }
    }
}
