import PKI
import XRoadModel

/// Has checkpoints time-stamped by the authorities that the global configuration approves, in its order.
package struct CheckpointStamper: CheckpointTimestamping {
    private let environment: any TimestampingEnvironment
    private let calling: any TimestampAuthorityCalling

    package init(environment: any TimestampingEnvironment, calling: any TimestampAuthorityCalling) {
        self.environment = environment
        self.calling = calling
    }

    package func timestamp(_ text: NoteText, signedAt: Instant) async throws(MessageLogFailure) -> [UInt8]? {
        var failure: TimestampingFailure?
        do throws(TimestampingFailure) {
            let approved = try environment.authorities()
            for authority in approved.authorities {
                do throws(TimestampingFailure) {
                    let inquiry = try TimestampInquiry(
                        stamping: text.bytes, signedAt: signedAt, certificates: approved.certificates)
                    let answer = try await calling.post(inquiry.request.der, to: authority.url)
                    return try inquiry.judge(answer, at: environment.now()).token.der
                } catch { failure = error }
            }
        } catch { failure = error }
        if let failure { throw .checkpointNotStamped(reason: "\(failure)") }
        return nil
    }
}
