import PKI

/// The structure that a hash step digests, in DER (Profile for High Performance Digital Signatures 1.2):
///
///     DigestList ::= SEQUENCE OF SingleDigest
///     SingleDigest ::= SEQUENCE { digestValue OCTET STRING, digestMethod UTF8String, transforms SEQUENCE OF … (empty) }
///
/// The transforms of a reference never enter it: X-Road encodes an empty sequence always.
enum DigestList {
    static func encode(_ digests: [(algorithm: DigestAlgorithm, digest: [UInt8])]) -> [UInt8] {
        sequence(
            digests.flatMap { single in
                sequence(tagged(octetString, single.digest) + tagged(utf8String, Array(single.algorithm.uri.utf8)) + sequence([]))
            })
    }

    private static let octetString: UInt8 = 0x04
    private static let utf8String: UInt8 = 0x0c

    private static func sequence(_ content: [UInt8]) -> [UInt8] { tagged(0x30, content) }

    private static func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
        let length = withUnsafeBytes(of: content.count.bigEndian) { Array($0.drop { $0 == 0 }) }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }
}
