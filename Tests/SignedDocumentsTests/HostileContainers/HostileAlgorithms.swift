import PKI
import SignedDocuments
import Testing

/// Algorithms, signature values and certificates
extension HostileContainerTests {
    static let algorithms: [Hostile] = [
        Hostile("message authentication code with the public key", format) {
            try $0.forged { try $0.replaceInInformation("xmldsig-more#ecdsa-sha512", with: "xmldsig-more#hmac-sha512") }
        },
        Hostile("SHA-1 digests", weak, weak) {
            try $0.forged { try $0.replaceInInformation("2001/04/xmlenc#sha512", with: "2000/09/xmldsig#sha1") }
        },
        Hostile("MD5 digests", weak, weak) {
            try $0.forged { try $0.replaceInInformation("2001/04/xmlenc#sha512", with: "2001/04/xmldsig-more#md5") }
        },
        Hostile("SHA-1 signature", weak) {
            try $0.forged { try $0.replaceInInformation("xmldsig-more#ecdsa-sha512", with: "xmldsig-more#ecdsa-sha1") }
        },
        Hostile("r is zero", value) {
            try $0.forged { try $0.setValue(Base64.encode([UInt8](repeating: 0, count: 32) + [UInt8](repeating: 1, count: 32))) }
        },
        Hostile("value in DER", value) { exchange in
            try exchange.forged {
                try $0.setValue(Base64.encode(exchange.key.sign([1], algorithm: .ecdsaSHA512, encoding: .der)))
            }
        },
        Hostile("trailing byte behind the value", value) {
            try $0.forged { try $0.setValue(Base64.encode((Base64.decode($0.value) ?? []) + [0])) }
        },
        Hostile("trailing byte behind the certificate", format) { exchange in
            let der = exchange.certificate.der
            return try exchange.forged { try $0.replace(Base64.encode(der), with: Base64.encode(der + [0])) }
        },
        Hostile("a point that is not on the curve", format) { exchange in
            let key = exchange.certificate.publicKey.subjectPublicKeyInfo
            let der = exchange.certificate.der
            let altered = try #require(der.replacing(key.suffix(1), behind: Array(key.dropLast())) { $0 ^ 1 })
            return try exchange.forged { try $0.replace(Base64.encode(der), with: Base64.encode(altered)) }
        },
        Hostile("an RSA key with the exponent one", weak) { exchange in
            let der = try TestSigner.of(.rsa).certificate.der
            let altered = try #require(der.replacing([1], behind: [2, 3]) { _ in 0 })
            return try exchange.forged { try $0.replace(Base64.encode(exchange.certificate.der), with: Base64.encode(altered)) }
        },
        Hostile("another certificate than the signed properties name", signer, value, status) { exchange in
            let other = try exchange.instance.certificate(for: .generate(.p256))
            return try exchange.forged {
                try $0.replace(Base64.encode(exchange.certificate.der), with: Base64.encode(other.der))
            }
        },
    ]
}

extension [UInt8] {
    /// With the byte behind the first occurrence of `prefix` changed.
    fileprivate func replacing(
        _ byte: ArraySlice<UInt8>, behind prefix: [UInt8], _ change: (UInt8) -> UInt8
    ) -> [UInt8]? {
        guard let start = indices.first(where: { self[$0...].starts(with: prefix + byte) }) else { return nil }
        var altered = self
        altered[start + prefix.count] = change(altered[start + prefix.count])
        return altered
    }
}
