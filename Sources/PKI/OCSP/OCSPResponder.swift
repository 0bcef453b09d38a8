import CSecurity
import XRoadModel

/// Signs answers about the certificates of one authority (RFC 6960 4.2).
package struct OCSPResponder: Sendable {
    package enum Status: Sendable, Hashable {
        case good
        case revoked(since: Instant)
        case unknown
    }

    /// The times that every statement of one answer carries.
    package struct Times: Sendable, Hashable {
        package var producedAt: Instant
        package var thisUpdate: Instant
        package var nextUpdate: Instant?

        package init(producedAt: Instant, thisUpdate: Instant, nextUpdate: Instant?) {
            self.producedAt = producedAt
            self.thisUpdate = thisUpdate
            self.nextUpdate = nextUpdate
        }
    }

    private let authority: Certificate
    private let certificate: Certificate
    private let key: PrivateKey

    private static let maximumRequestBytes = 16_384
    private static let maximumQuestions = 64

    package init(authority: Certificate, certificate: Certificate, key: PrivateKey) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
    }

    /// The DER of a signed answer. `status` is asked with the serial number (decimal) of each certificate of the authority; one of
    /// another authority is unknown. A request that cannot be read is answered with `malformedRequest`, a failure of ours with
    /// `internalError`.
    package func answer(_ request: [UInt8], times: Times, status: (_ serialNumber: String) -> Status) -> [UInt8] {
        guard request.count <= Self.maximumRequestBytes, let parsed = try? OCSPRequest.parse(request),
            (1...Self.maximumQuestions).contains(Int(ura_ocsp_request_count(parsed.pointer)))
        else { return Self.refusal(.malformedRequest) }
        return signed(parsed.pointer, times, status) ?? Self.refusal(.internalError)
    }

    /// An answer without statements.
    package static func refusal(_ status: OCSPResponseStatus) -> [UInt8] {
        ura_buffer.collected { ura_ocsp_answer_refuse(Int32(status.rawValue), &$0) } ?? []
    }

    private func signed(_ request: OpaquePointer, _ times: Times, _ status: (String) -> Status) -> [UInt8]? {
        guard let answer = ura_ocsp_answer_new(request) else { return nil }
        defer { ura_ocsp_answer_release(answer) }
        for index in 0..<ura_ocsp_request_count(request) {
            guard let serial = ura_buffer.collected({ ura_ocsp_request_serial(request, index, &$0) }) else { return nil }
            let isOurs = ura_ocsp_request_concerns(request, index, authority.handle) == 1
            var single = times.single(isOurs ? status(String(decoding: serial, as: UTF8.self)) : .unknown)
            guard ura_ocsp_answer_add(answer, request, index, &single) == URA_OK else { return nil }
        }
        return ura_buffer.collected {
            ura_ocsp_answer_sign(answer, certificate.handle, key.handle, times.producedAt.secondsSince1970, &$0)
        }
    }
}

extension OCSPResponder.Times {
    fileprivate func single(_ status: OCSPResponder.Status) -> ura_ocsp_single {
        var single = ura_ocsp_single()
        single.this_update = thisUpdate.secondsSince1970
        if let nextUpdate {
            single.has_next_update = 1
            single.next_update = nextUpdate.secondsSince1970
        }
        switch status {
        case .good: single.status = URA_OCSP_GOOD
        case .unknown: single.status = URA_OCSP_UNKNOWN
        case .revoked(let since):
            single.status = URA_OCSP_REVOKED
            single.revoked_at = since.secondsSince1970
        }
        return single
    }
}
