import CSecurity
import XRoadModel

/// A time-stamp token: CMS signed data over a TSTInfo (RFC 3161 2.4.2), read but not yet judged.
package struct TimestampToken: Sendable {
    package let der: [UInt8]
    package let generatedAt: Instant
    /// How far `generatedAt` may be off, where the token says so.
    package let accuracyMicroseconds: Int64?
    /// nil for an algorithm that nothing here computes.
    package let imprintDigest: DigestAlgorithm?
    package let imprint: [UInt8]
    /// Decimal digits; unique among the tokens of the authority.
    package let serialNumber: String
    /// Big-endian without leading zeros.
    package let nonce: [UInt8]?
    /// Object identifier of the authority's policy.
    package let policy: String
    /// Issuer and serial number of the signer's certificate, or its key identifier in hexadecimal.
    package let signer: String
    /// That came along, the signer's own among them where it was asked for.
    package let certificates: [Certificate]
    let object: CryptographicObject
    let signerDigest: DigestAlgorithm?

    package static let maximumBytes = 65_536
    private static let maximumCertificates = 8

    package init(der: [UInt8]) throws(PKIFailure) {
        guard der.count <= Self.maximumBytes else {
            throw .tooLarge(.timestampToken, bytes: der.count, limit: Self.maximumBytes)
        }
        var pointer: OpaquePointer?
        guard ura_timestamp_token_parse(der, der.count, &pointer) == URA_OK, let pointer else {
            throw .malformed(.timestampToken, reason: libraryReason())
        }
        object = CryptographicObject(pointer, release: ura_timestamp_token_release)
        var facts = ura_timestamp_facts()
        guard ura_timestamp_token_describe(pointer, &facts) == URA_OK else {
            throw .malformed(.timestampToken, reason: "genTime or accuracy cannot be read")
        }
        guard facts.version == 1 else { throw .malformed(.timestampToken, reason: "version \(facts.version)") }
        guard facts.has_critical_extension == 0 else {
            throw .malformed(.timestampToken, reason: "critical extension that is not understood")
        }
        self.der = der
        generatedAt = Instant(millisecondsSince1970: facts.generated_at)
        accuracyMicroseconds = facts.accuracy_microseconds < 0 ? nil : facts.accuracy_microseconds
        imprintDigest = DigestAlgorithm(method: facts.imprint_digest)
        signerDigest = DigestAlgorithm(method: facts.signer_digest)
        imprint = try Self.field(URA_TIMESTAMP_IMPRINT, of: pointer)
        serialNumber = String(decoding: try Self.field(URA_TIMESTAMP_SERIAL, of: pointer), as: UTF8.self)
        let nonce = try Self.field(URA_TIMESTAMP_NONCE, of: pointer)
        self.nonce = nonce.isEmpty ? nil : nonce
        policy = String(decoding: try Self.field(URA_TIMESTAMP_POLICY, of: pointer), as: UTF8.self)
        signer = try Self.signer(of: pointer)
        certificates = try Self.certificates(in: pointer, count: Int(facts.certificates))
    }

    private static func field(_ field: ura_timestamp_field, of pointer: OpaquePointer) throws(PKIFailure) -> [UInt8] {
        guard let value = ura_buffer.collected({ ura_timestamp_token_field(pointer, field, &$0) }) else {
            throw .malformed(.timestampToken, reason: "imprint, nonce, serial number or policy cannot be read")
        }
        return value
    }

    private static func signer(of pointer: OpaquePointer) throws(PKIFailure) -> String {
        var serial = ura_buffer()
        defer { ura_buffer_release(&serial) }
        guard let identity = ura_buffer.collected({ ura_timestamp_token_signer(pointer, &$0, &serial) }) else {
            throw .malformed(.timestampToken, reason: "signer cannot be read")
        }
        guard serial.length > 0 else { return "with key \(Hexadecimal.encode(identity))" }
        return "\(try DistinguishedName(der: identity).rfc2253), number \(String(decoding: serial.copy, as: UTF8.self))"
    }

    private static func certificates(in pointer: OpaquePointer, count: Int) throws(PKIFailure) -> [Certificate] {
        guard count <= maximumCertificates else { throw .malformed(.timestampToken, reason: "\(count) certificates") }
        var certificates: [Certificate] = []
        for index in 0..<Int32(count) {
            guard let der = ura_buffer.collected({ ura_timestamp_token_certificate(pointer, index, &$0) }) else {
                throw .malformed(.timestampToken, reason: "certificate cannot be read")
            }
            certificates.append(try .parsed(der: der))
        }
        return certificates
    }
}

extension TimestampToken: Hashable {
    package static func == (left: TimestampToken, right: TimestampToken) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
