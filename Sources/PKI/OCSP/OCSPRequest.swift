import CSecurity

/// Questions about certificate status (RFC 6960 4.1).
package enum OCSPRequest {
    /// The DER of a request for one certificate. A nonce defeats caches; ask for one only where the answer is used at once.
    package static func encode(
        certificate: Certificate, issuer: Certificate, nonce: Bool = false
    ) throws(PKIFailure) -> [UInt8] {
        let der = ura_buffer.collected {
            ura_ocsp_request_encode(certificate.handle, issuer.handle, nonce ? 1 : 0, &$0)
        }
        guard let der else { throw .cryptography(reason: libraryReason()) }
        return der
    }

    /// Whether the response repeats the request's nonce, or neither has one.
    package static func nonce(of request: [UInt8], isRepeatedIn response: OCSPResponse) throws(PKIFailure) -> Bool {
        let parsed = try parse(request)
        return ura_ocsp_request_nonce_matches(parsed.pointer, response.object.pointer) == 1
    }

    static func parse(_ der: [UInt8]) throws(PKIFailure) -> CryptographicObject {
        var pointer: OpaquePointer?
        guard ura_ocsp_request_parse(der, der.count, &pointer) == URA_OK, let pointer else {
            throw .malformed(.ocspRequest, reason: libraryReason())
        }
        return CryptographicObject(pointer, release: ura_ocsp_request_release)
    }
}
