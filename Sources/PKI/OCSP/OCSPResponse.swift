import CSecurity
import XRoadModel

/// A successful OCSP response (RFC 6960 4.2), read but not yet judged.
package struct OCSPResponse: Sendable {
    package let der: [UInt8]
    package let producedAt: Instant
    let object: CryptographicObject
    /// Number of single responses.
    let count: Int
    let hasCriticalExtension: Bool
    let signatureDigest: DigestAlgorithm?
    /// The responder's name, or the SHA-1 of its key in hexadecimal.
    let responder: String
    /// Certificates that came along.
    let certificates: [Certificate]

    /// Room for a responder certificate and its chain with the largest keys.
    package static let maximumBytes = 65_536
    /// Larger ones are parsed each time, so that a stranger cannot fill the cache's memory.
    private static let maximumCachedBytes = 8192
    private static let maximumResponses = 64
    private static let maximumCertificates = 8
    private static let cache = BoundedCache<[UInt8], OCSPResponse>(capacity: 1024)

    /// Fails with `ocspRefused` where the responder did not answer the question.
    package init(der: [UInt8]) throws(PKIFailure) {
        guard der.count <= Self.maximumBytes else {
            throw .tooLarge(.ocspResponse, bytes: der.count, limit: Self.maximumBytes)
        }
        var pointer: OpaquePointer?
        var status: Int32 = 0
        guard ura_ocsp_response_parse(der, der.count, &status, &pointer) == URA_OK else {
            throw .malformed(.ocspResponse, reason: libraryReason())
        }
        guard let pointer else {
            throw OCSPResponseStatus(rawValue: Int(status)).map(PKIFailure.ocspRefused)
                ?? .malformed(.ocspResponse, reason: "response status \(status)")
        }
        object = CryptographicObject(pointer, release: ura_ocsp_response_release)
        var facts = ura_ocsp_response_facts()
        guard ura_ocsp_response_describe(pointer, &facts) == URA_OK else {
            throw .malformed(.ocspResponse, reason: "producedAt cannot be read")
        }
        guard (1...Self.maximumResponses).contains(Int(facts.responses)) else {
            throw .malformed(.ocspResponse, reason: "\(facts.responses) single responses")
        }
        self.der = der
        producedAt = Instant(secondsSince1970: facts.produced_at)
        count = Int(facts.responses)
        hasCriticalExtension = facts.has_critical_extension != 0
        signatureDigest = DigestAlgorithm(method: facts.signature_digest)
        responder = try Self.responder(of: pointer)
        certificates = try Self.certificates(in: pointer, count: max(0, Int(facts.certificates)))
    }

    /// The response with these bytes, kept for the next call: the same one comes with every message until it is renewed.
    package static func parsed(der: [UInt8]) throws(PKIFailure) -> OCSPResponse {
        let key = DigestAlgorithm.sha256.digest(der)
        if let known = cache.value(key) { return known }
        let response = try OCSPResponse(der: der)
        if der.count <= maximumCachedBytes { cache.insert(response, for: key) }
        return response
    }

    private static func responder(of pointer: OpaquePointer) throws(PKIFailure) -> String {
        var isName: Int32 = 0
        guard let identity = ura_buffer.collected({ ura_ocsp_response_responder(pointer, &$0, &isName) }) else {
            throw .malformed(.ocspResponse, reason: "responder cannot be read")
        }
        return isName == 1 ? try DistinguishedName(der: identity).rfc2253 : Hexadecimal.encode(identity)
    }

    private static func certificates(in pointer: OpaquePointer, count: Int) throws(PKIFailure) -> [Certificate] {
        guard count <= maximumCertificates else { throw .malformed(.ocspResponse, reason: "\(count) certificates") }
        var certificates: [Certificate] = []
        for index in 0..<Int32(count) {
            guard let der = ura_buffer.collected({ ura_ocsp_response_certificate(pointer, index, &$0) }) else {
                throw .malformed(.ocspResponse, reason: "certificate cannot be read")
            }
            certificates.append(try .parsed(der: der))
        }
        return certificates
    }
}

extension OCSPResponse: Hashable {
    package static func == (left: OCSPResponse, right: OCSPResponse) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

extension OCSPResponse {
    /// What the response says of one certificate.
    struct Statement {
        enum Status { case good, revoked(since: Instant), unknown }

        let status: Status
        let thisUpdate: Instant
        let nextUpdate: Instant?
        let hasCriticalExtension: Bool
    }

    /// The statement on this certificate by this issuer (serial number and both issuer hashes); nil for none or several.
    func statement(on certificate: Certificate, issuer: Certificate) throws(PKIFailure) -> Statement? {
        let pointer = object.pointer
        let concerning = (0..<Int32(count)).filter {
            ura_ocsp_response_concerns(pointer, $0, certificate.handle, issuer.handle) == 1
        }
        guard let index = concerning.first, concerning.count == 1 else { return nil }
        var single = ura_ocsp_single()
        guard ura_ocsp_response_single(pointer, index, &single) == URA_OK else {
            throw .malformed(.ocspResponse, reason: "single response cannot be read")
        }
        let status: Statement.Status =
            switch single.status {
            case URA_OCSP_GOOD: .good
            case URA_OCSP_REVOKED: .revoked(since: Instant(secondsSince1970: single.revoked_at))
            default: .unknown
            }
        return Statement(
            status: status, thisUpdate: Instant(secondsSince1970: single.this_update),
            nextUpdate: single.has_next_update == 1 ? Instant(secondsSince1970: single.next_update) : nil,
            hasCriticalExtension: single.has_critical_extension != 0)
    }
}
