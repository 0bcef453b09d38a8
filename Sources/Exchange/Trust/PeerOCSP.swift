import GlobalConfiguration
import PKI
import XRoadModel

/// OCSP responses of the servers this one connects to, asked from their relay (PR-MESSTRANSP 2.2) and kept until too old.
package final class PeerOCSP: Sendable {
    private let relay: any OCSPFetching
    private let kept = BoundedCache<[UInt8], (responses: [OCSPResponse], until: Instant)>(capacity: 1024)

    /// A kept response is asked again at this age although the configuration may allow more: a revocation shows sooner.
    private static let refreshSeconds: Int64 = 300

    init(relay: any OCSPFetching) { self.relay = relay }

    /// Responses for what the peer presented; the relay is asked only when none is kept.
    func responses(
        for presented: [[UInt8]], from address: String, at now: Instant
    ) async throws(PeerFailure) -> [OCSPResponse] {
        guard let first = presented.first else { return [] }
        let key = DigestAlgorithm.sha256.digest(first)
        if let known = kept.value(key), now < known.until { return known.responses }
        guard let leaf = try? Certificate.parsed(der: first) else { return [] }
        let responses = try await relay.responses(from: address, certificates: [leaf])
        kept.insert((responses, now.adding(seconds: Self.refreshSeconds)), for: key)
        return responses
    }

    /// Forgets what is kept: the verdict on it was not good, so the next connection asks again.
    func forget(_ presented: [[UInt8]], at now: Instant) {
        guard let first = presented.first else { return }
        kept.insert(([], now), for: DigestAlgorithm.sha256.digest(first))
    }
}
