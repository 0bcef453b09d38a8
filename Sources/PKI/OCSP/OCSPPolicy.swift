import XRoadModel

/// How fresh a certificate status must be. The global configuration sets both figures for all members.
package struct OCSPPolicy: Sendable, Hashable {
    /// Longest age of `thisUpdate` (`ocspFreshnessSeconds` of the shared parameters).
    package let freshnessSeconds: Int64
    /// Whether a passed `nextUpdate` refuses the response (`verifyNextUpdate`).
    package let verifyNextUpdate: Bool
    package let algorithms: AlgorithmPolicy

    /// How far a responder's clock may be ahead.
    package static let clockToleranceSeconds: Int64 = 60

    package init(freshnessSeconds: Int64, verifyNextUpdate: Bool = true, algorithms: AlgorithmPolicy = .current) {
        self.freshnessSeconds = freshnessSeconds
        self.verifyNextUpdate = verifyNextUpdate
        self.algorithms = algorithms
    }
}

/// A certificate status that was good at the instant asked about.
package struct VerifiedOCSP: Sendable, Hashable {
    package let producedAt: Instant
    package let thisUpdate: Instant
    package let nextUpdate: Instant?
    /// The last instant at which the same response is still accepted under the same policy.
    package let validUntil: Instant
    package let responder: Certificate
}
