import CSecurity

/// Elliptic curves accepted in keys, all named (RFC 5480 2.1.1).
package enum EllipticCurve: String, Sendable, CaseIterable {
    case p256, p384, p521
}

/// Algorithm and size of a key.
package enum KeyKind: Hashable, Sendable {
    case rsa(bits: Int)
    case ec(curve: EllipticCurve)
}

extension KeyKind {
    /// Bounds what a verification may cost; below, no policy accepts the key.
    private static let rsaBits = 1024...8192

    /// The kind of a key of the shim; refuses algorithms, curves, sizes and exponents that no policy accepts.
    init(_ key: OpaquePointer) throws(PKIFailure) {
        var facts = ura_key_facts()
        guard ura_key_describe(key, &facts) == URA_OK else { throw .cryptography(reason: libraryReason()) }
        switch facts.type {
        case URA_KEY_RSA:
            guard Self.rsaBits.contains(Int(facts.bits)) else {
                throw .unacceptableKey(reason: "RSA key of \(facts.bits) bits")
            }
            guard facts.exponent_is_sound == 1 else {
                throw .unacceptableKey(reason: "RSA exponent is one, even or longer than 64 bits")
            }
            self = .rsa(bits: Int(facts.bits))
        case URA_KEY_P256: self = .ec(curve: .p256)
        case URA_KEY_P384: self = .ec(curve: .p384)
        case URA_KEY_P521: self = .ec(curve: .p521)
        default: throw .unacceptableKey(reason: "neither RSA nor a key on P-256, P-384 or P-521")
        }
    }
}
