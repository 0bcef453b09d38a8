import PKI
import XRoadModel

/// Whether an authority really stamps, found out by having it stamp something: that its port answers proves nothing.
package struct TimestampDiagnosis: Sendable {
    package struct Proof: Hashable, Sendable {
        package let time: Instant
        /// The authority's clock less ours, half of the round trip taken off.
        package let clockOffsetMilliseconds: Int64
        package let roundTripMilliseconds: Int64
        /// Subject of its certificate.
        package let signer: String
        package let signerNotAfter: Instant
    }

    package let authority: TimestampAuthority
    package let outcome: Result<Proof, TimestampingFailure>

    package static func make(
        of authority: TimestampAuthority, certificates: [Certificate], caller: any TimestampAuthorityCalling,
        now: @Sendable () -> Instant
    ) async -> TimestampDiagnosis {
        let asked = now()
        do {
            let inquiry = try TimestampInquiry(stamping: Randomness.bytes(32), signedAt: asked, certificates: certificates)
            let answer = try await caller.post(inquiry.request.der, to: authority.url)
            let answered = now()
            let verified = try inquiry.judge(answer, at: answered)
            let roundTrip = answered.millisecondsSince1970 - asked.millisecondsSince1970
            let time = verified.token.generatedAt
            return TimestampDiagnosis(
                authority: authority,
                outcome: .success(
                    Proof(
                        time: time,
                        clockOffsetMilliseconds: time.millisecondsSince1970 - asked.millisecondsSince1970 - roundTrip / 2,
                        roundTripMilliseconds: roundTrip, signer: verified.signer.subject.rfc2253,
                        signerNotAfter: verified.signer.notAfter)))
        } catch { return TimestampDiagnosis(authority: authority, outcome: .failure(error)) }
    }
}

extension TimestampDiagnosis: CustomStringConvertible {
    package var description: String {
        let name = "TSA \(authority.name) (\(authority.url))"
        switch outcome {
        case .failure(let failure): return "\(name): FAILED: \(failure)"
        case .success(let proof):
            let offset = (proof.clockOffsetMilliseconds < 0 ? "" : "+") + "\(proof.clockOffsetMilliseconds) ms"
            return "\(name): stamped in \(proof.roundTripMilliseconds) ms, its clock \(offset) from ours, "
                + "by \(proof.signer) (until \(proof.signerNotAfter.iso8601(milliseconds: false)))"
        }
    }
}
