import PKI
import XRoadModel

/// One question to a time-stamping authority and the judgement on its answer.
package struct TimestampInquiry: Sendable {
    package let request: TimestampRequest
    private let data: [UInt8]
    private let signedAt: Instant
    private let certificates: [Certificate]

    /// - Parameters:
    ///   - data: to be stamped; the authority gets its digest.
    ///   - signedAt: when the newest of it came to be.
    ///   - certificates: of approved authorities.
    package init(
        stamping data: [UInt8], signedAt: Instant, certificates: [Certificate]
    ) throws(TimestampingFailure) {
        do { request = try TimestampRequest(stamping: data) } catch { throw .refused(reason: "\(error)") }
        self.data = data
        self.signedAt = signedAt
        self.certificates = certificates
    }

    package func judge(_ answer: TimestampHTTPAnswer, at now: Instant) throws(TimestampingFailure) -> VerifiedTimestamp {
        guard answer.status == 200 else { throw .httpStatus(answer.status) }
        let response: TimestampResponse
        do { response = try TimestampResponse(der: answer.body) } catch {
            // Some authorities give no media type or another one, so it is looked at only where the content is not understood.
            throw answer.contentType == TimestampResponse.mediaType
                ? .refused(reason: "\(error)") : .notATimestamp(contentType: answer.contentType, reason: "\(error)")
        }
        do {
            return try TimestampVerifier.verify(
                response.granted(), of: data, nonce: request.nonce, signedAt: signedAt, approved: certificates, at: now)
        } catch { throw .refused(reason: "\(error)") }
    }
}
