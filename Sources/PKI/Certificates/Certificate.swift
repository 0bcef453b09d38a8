import CSecurity
import XRoadModel

/// An X.509 certificate (RFC 5280), read whole when it is made. Equal certificates have equal bytes.
package final class Certificate: Sendable {
    package let der: [UInt8]
    package let subject: DistinguishedName
    package let issuer: DistinguishedName
    /// Decimal digits.
    package let serialNumber: String
    package let notBefore: Instant
    package let notAfter: Instant
    /// Empty also where the extension is absent.
    package let keyUsage: Set<KeyUsage>
    /// Object identifiers.
    package let extendedKeyUsage: [String]
    /// basicConstraints says so.
    package let isAuthority: Bool
    /// Issued under its own name; the signature is not checked.
    package let isSelfSigned: Bool
    /// The digest in the issuer's signature; nil for one that no policy accepts.
    package let signatureDigest: DigestAlgorithm?
    package let publicKey: PublicKey
    /// Addresses of OCSP responders (authorityInfoAccess), at most 16.
    package let ocspURLs: [String]

    let object: CryptographicObject
    private let digests: [DigestAlgorithm: [UInt8]]

    /// Above every certificate seen in the field by far; bounds memory per certificate.
    package static let maximumBytes = 65_536
    /// Larger ones are parsed each time, so that a stranger cannot fill the cache's memory.
    private static let maximumCachedBytes = 8192
    private static let cache = BoundedCache<[UInt8], Certificate>(capacity: 1024)

    package init(der: [UInt8]) throws(PKIFailure) {
        guard der.count <= Self.maximumBytes else {
            throw .tooLarge(.certificate, bytes: der.count, limit: Self.maximumBytes)
        }
        var pointer: OpaquePointer?
        guard ura_certificate_parse(der, der.count, &pointer) == URA_OK, let pointer else {
            throw .malformed(.certificate, reason: libraryReason())
        }
        object = CryptographicObject(pointer, release: ura_certificate_release)
        self.der = der
        var facts = ura_certificate_facts()
        guard ura_certificate_describe(pointer, &facts) == URA_OK else {
            throw .malformed(.certificate, reason: "validity cannot be read")
        }
        notBefore = Instant(secondsSince1970: facts.not_before)
        notAfter = Instant(secondsSince1970: facts.not_after)
        keyUsage = facts.key_usage < 0 ? [] : Set(KeyUsage.allCases.filter { facts.key_usage & 1 << Int32($0.rawValue) != 0 })
        isAuthority = facts.is_authority == 1
        isSelfSigned = facts.is_self_signed == 1
        signatureDigest = DigestAlgorithm(method: facts.signature_digest)
        subject = try DistinguishedName(der: Self.read { ura_certificate_subject(pointer, &$0) })
        issuer = try DistinguishedName(der: Self.read { ura_certificate_issuer(pointer, &$0) })
        serialNumber = String(decoding: try Self.read { ura_certificate_serial(pointer, &$0) }, as: UTF8.self)
        extendedKeyUsage = try Self.texts(pointer, URA_EXTENDED_KEY_USAGE)
        ocspURLs = try Self.texts(pointer, URA_OCSP_ADDRESS)
        publicKey = try Self.key(of: pointer)
        digests = [
            .sha1: DigestAlgorithm.sha1.digest(der), .sha256: DigestAlgorithm.sha256.digest(der),
            .sha512: DigestAlgorithm.sha512.digest(der),
        ]
    }

    /// The certificate with these bytes, kept for the next call: parsing costs 150 µs and more, and most come again and again.
    package static func parsed(der: [UInt8]) throws(PKIFailure) -> Certificate {
        let key = DigestAlgorithm.sha256.digest(der)
        if let known = cache.value(key) { return known }
        let certificate = try Certificate(der: der)
        if der.count <= maximumCachedBytes { cache.insert(certificate, for: key) }
        return certificate
    }

    /// Every certificate in a PEM text, in order.
    package static func all(pem: String) throws(PKIFailure) -> [Certificate] {
        guard let blocks = PEM.decode(pem, label: "CERTIFICATE") else { throw .malformed(.certificate, reason: "broken PEM") }
        var certificates: [Certificate] = []
        for der in blocks { certificates.append(try Certificate(der: der)) }
        return certificates
    }

    package var pem: String { PEM.encode(der, label: "CERTIFICATE") }

    /// Of the DER.
    package func digest(_ algorithm: DigestAlgorithm) -> [UInt8] { digests[algorithm] ?? algorithm.digest(der) }

    /// Under the issuer's name and signed with its key. Says nothing about validity.
    package func isIssued(by issuer: Certificate) -> Bool { ura_certificate_is_issued_by(handle, issuer.handle) == 1 }

    /// The shim's `ura_certificate`, for TLS; valid while this value lives.
    package var handle: OpaquePointer { object.pointer }

    private static func read(_ fill: (inout ura_buffer) -> ura_status) throws(PKIFailure) -> [UInt8] {
        guard let bytes = ura_buffer.collected(fill) else { throw .malformed(.certificate, reason: libraryReason()) }
        return bytes
    }

    private static func texts(_ pointer: OpaquePointer, _ which: ura_certificate_text) throws(PKIFailure) -> [String] {
        try read { ura_certificate_texts(pointer, which, &$0) }.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func key(of pointer: OpaquePointer) throws(PKIFailure) -> PublicKey {
        var key: OpaquePointer?
        guard ura_certificate_key(pointer, &key) == URA_OK, let key else {
            throw .malformed(.certificate, reason: libraryReason())
        }
        return try PublicKey(adopting: key)
    }
}

extension Certificate: Hashable {
    package static func == (left: Certificate, right: Certificate) -> Bool { left === right || left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(digests[.sha256]) }
}
