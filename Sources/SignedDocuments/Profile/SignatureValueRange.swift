import PKI

/// Rule: an ECDSA value is r and s, each as long as the curve's order and not zero, and nothing else: neither DER nor trailing bytes
/// (RFC 4050 3.3; XMLDSig 6.4.3). An RSA value is as long as the modulus. One signature has one form, so that its digest names it.
enum SignatureValueRange {
    static func check(_ value: [UInt8], of key: KeyKind) throws(SignedDocumentFailure) {
        switch key {
        case .rsa(let bits):
            guard value.count == (bits + 7) / 8 else {
                throw .invalidSignatureValue("\(value.count) bytes under an RSA key of \(bits) bits")
            }
        case .ec(let curve):
            let length = scalarLength(curve)
            guard value.count == 2 * length else {
                throw .invalidSignatureValue("\(value.count) bytes are not r and s on \(curve.rawValue)")
            }
            guard value[..<length].contains(where: { $0 != 0 }), value[length...].contains(where: { $0 != 0 }) else {
                throw .invalidSignatureValue("r or s is zero")
            }
        }
    }

    private static func scalarLength(_ curve: EllipticCurve) -> Int {
        switch curve {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }
}
