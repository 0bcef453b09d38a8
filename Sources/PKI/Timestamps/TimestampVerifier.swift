import CSecurity
import XRoadModel

/// What a time-stamp must satisfy besides being of the data by an approved authority.
package struct TimestampPolicy: Sendable, Hashable {
    /// The coarsest time that is still worth something. A token that says nothing of its accuracy is taken as its authority's
    /// policy has it (RFC 3161 2.4.2).
    package let maximumAccuracySeconds: Int64
    package let algorithms: AlgorithmPolicy

    /// How far the clocks of authority, signer and verifier may be apart.
    package static let clockToleranceSeconds: Int64 = 60

    package init(maximumAccuracySeconds: Int64 = 60, algorithms: AlgorithmPolicy = .current) {
        self.maximumAccuracySeconds = maximumAccuracySeconds
        self.algorithms = algorithms
    }
}

/// A time-stamp that an approved authority made of the data. Only `TimestampVerifier` makes one.
package struct VerifiedTimestamp: Sendable, Hashable {
    package let token: TimestampToken
    package let signer: Certificate

    fileprivate init(_ token: TimestampToken, _ signer: Certificate) {
        self.token = token
        self.signer = signer
    }
}

/// Judges time-stamp tokens (RFC 3161 2.2, 2.4.2). The authorities are the certificates that the global configuration approves and
/// no others: X-Road takes neither certificates issued by them nor by their issuer.
package enum TimestampVerifier {
    /// - Parameters:
    ///   - data: what was stamped.
    ///   - nonce: of the request, where the token answers one.
    ///   - signedAt: when the data came to be, as its signer claims: no token is older.
    ///   - at: now.
    package static func verify(
        _ token: TimestampToken, of data: [UInt8], nonce: [UInt8]? = nil, signedAt: Instant, approved: [Certificate],
        at: Instant, policy: TimestampPolicy = TimestampPolicy()
    ) throws(PKIFailure) -> VerifiedTimestamp {
        guard let digest = token.imprintDigest, policy.algorithms.signatureDigests.contains(digest) else {
            throw .timestampRefused(.imprintAlgorithmNotAllowed)
        }
        guard digest.digest(data) == token.imprint else { throw .timestampRefused(.ofOtherData) }
        if let nonce, token.nonce != nonce { throw .timestampRefused(.nonceDiffers) }
        let signer = try signer(of: token, approved, policy.algorithms)
        try checkTime(of: token, signedAt: signedAt, at: at, policy)
        guard signer.notBefore <= token.generatedAt else {
            throw .notYetValid(certificate: signer.subject.rfc2253, from: signer.notBefore, at: token.generatedAt)
        }
        guard token.generatedAt <= signer.notAfter else {
            throw .expired(certificate: signer.subject.rfc2253, until: signer.notAfter, at: token.generatedAt)
        }
        return VerifiedTimestamp(token, signer)
    }

    private static func signer(
        of token: TimestampToken, _ approved: [Certificate], _ algorithms: AlgorithmPolicy
    ) throws(PKIFailure) -> Certificate {
        let named = approved.filter { ura_timestamp_token_is_by(token.object.pointer, $0.handle) == 1 }
        guard !named.isEmpty else { throw .timestampRefused(.signerNotApproved(signer: token.signer)) }
        guard let digest = token.signerDigest, algorithms.signatureDigests.contains(digest) else {
            throw .timestampRefused(.signatureAlgorithmNotAllowed)
        }
        // An approved name is not an approved certificate: the token tells by digest which one signed it.
        guard let signer = named.first(where: { ura_timestamp_token_binds(token.object.pointer, $0.handle) == 1 }) else {
            throw .timestampRefused(.notBoundToSigner(signer: token.signer))
        }
        guard ura_timestamp_token_verifies(token.object.pointer, signer.handle) == 1 else {
            throw .timestampRefused(.signatureInvalid(signer: signer.subject.rfc2253))
        }
        guard ura_certificate_is_for_timestamps(signer.handle) == 1 else {
            throw .timestampRefused(.signerNotForTimestamps(certificate: signer.subject.rfc2253))
        }
        try algorithms.check(signer.publicKey)
        return signer
    }

    private static func checkTime(
        of token: TimestampToken, signedAt: Instant, at: Instant, _ policy: TimestampPolicy
    ) throws(PKIFailure) {
        let time = token.generatedAt
        if let accuracy = token.accuracyMicroseconds, accuracy > policy.maximumAccuracySeconds * 1_000_000 {
            throw .timestampRefused(.tooCoarse(accuracyMicroseconds: accuracy, limitSeconds: policy.maximumAccuracySeconds))
        }
        guard time <= at.adding(seconds: TimestampPolicy.clockToleranceSeconds) else {
            throw .timestampRefused(.fromTheFuture(generatedAt: time, at: at))
        }
        guard signedAt <= time.adding(seconds: TimestampPolicy.clockToleranceSeconds) else {
            throw .timestampRefused(.beforeSignature(generatedAt: time, signedAt: signedAt))
        }
    }
}
