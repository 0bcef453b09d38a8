import XRoadModel

/// Why a time-stamp is worth nothing here. Each names its own link.
package enum TimestampRefusal: Error, Hashable, Sendable {
    // The authority did not do what was asked.
    case notGranted(status: TimestampStatus, failures: [TimestampFailureInfo], texts: [String])
    case ofOtherData
    case nonceDiffers
    case imprintAlgorithmNotAllowed

    // The token is not an approved authority's.
    case signerNotApproved(signer: String)
    case notBoundToSigner(signer: String)
    case signatureInvalid(signer: String)
    case signatureAlgorithmNotAllowed
    case signerNotForTimestamps(certificate: String)

    // The time cannot be right.
    case tooCoarse(accuracyMicroseconds: Int64, limitSeconds: Int64)
    case fromTheFuture(generatedAt: Instant, at: Instant)
    case beforeSignature(generatedAt: Instant, signedAt: Instant)
}

extension TimestampRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notGranted(let status, let failures, let texts):
            (["time-stamp not granted as asked: \(status)"] + failures.map { "\($0)" } + texts).joined(separator: ", ")
        case .ofOtherData: "token stamps other data than was given"
        case .nonceDiffers: "token has another nonce than the request, or none"
        case .imprintAlgorithmNotAllowed: "token stamps a digest by an algorithm that is not accepted"
        case .signerNotApproved(let signer): "token signed by a certificate that is not approved (\(signer))"
        case .notBoundToSigner(let signer): "token does not name the approved certificate by its digest (\(signer))"
        case .signatureInvalid(let signer): "token's signature is not by the key of \(signer)"
        case .signatureAlgorithmNotAllowed: "token is signed with an algorithm that is not accepted"
        case .signerNotForTimestamps(let certificate):
            "certificate \(certificate) lacks the critical extended key usage timeStamping alone"
        case .tooCoarse(let accuracy, let limit):
            "token's time is accurate to \(accuracy / 1000) ms only, limit \(limit) s"
        case .fromTheFuture(let time, let at): "token's time \(time) is \(time.seconds(since: at)) s after \(at)"
        case .beforeSignature(let time, let signedAt):
            "token's time \(time) is \(signedAt.seconds(since: time)) s before the signature's, \(signedAt)"
        }
    }
}
