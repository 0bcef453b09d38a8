import CSecurity

/// A public key that some policy accepts.
package final class PublicKey: Sendable {
    package let kind: KeyKind
    let object: CryptographicObject

    /// Takes over `handle`.
    init(adopting handle: OpaquePointer) throws(PKIFailure) {
        object = CryptographicObject(handle, release: ura_key_release)
        kind = try KeyKind(handle)
    }

    /// From the DER of a SubjectPublicKeyInfo.
    package convenience init(subjectPublicKeyInfo der: [UInt8]) throws(PKIFailure) {
        var key: OpaquePointer?
        guard ura_key_read_public(der, der.count, &key) == URA_OK, let key else {
            throw .malformed(.publicKey, reason: libraryReason())
        }
        try self.init(adopting: key)
    }

    /// The one public key in a PEM file (RFC 7468 13).
    package convenience init(pem text: String) throws(PKIFailure) {
        guard let blocks = PEM.decode(text, label: "PUBLIC KEY"), blocks.count == 1 else {
            throw .malformed(.publicKey, reason: "not one PEM block PUBLIC KEY")
        }
        try self.init(subjectPublicKeyInfo: blocks[0])
    }

    package var pem: String { PEM.encode(subjectPublicKeyInfo, label: "PUBLIC KEY") }

    /// DER.
    package var subjectPublicKeyInfo: [UInt8] {
        ura_buffer.collected { ura_key_write_public(object.pointer, &$0) } ?? []
    }

    /// False for anything but a right signature, also where the algorithm does not fit the key.
    package func verifies(
        _ signature: [UInt8], of bytes: [UInt8], algorithm: SignatureAlgorithm, encoding: SignatureEncoding = .fixedLength
    ) -> Bool {
        algorithm.fits(kind)
            && ura_key_verifies(
                object.pointer, algorithm.digest.method, encoding.form, bytes, bytes.count, signature, signature.count) == 1
    }
}

extension PublicKey: Equatable {
    package static func == (left: PublicKey, right: PublicKey) -> Bool {
        left === right || left.subjectPublicKeyInfo == right.subjectPublicKeyInfo
    }
}
