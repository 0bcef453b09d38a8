import PKI

/// The structure that a hash step digests, in DER (Profile for High Performance Digital Signatures 1.2):
///
///     DigestList ::= SEQUENCE OF SingleDigest
///     SingleDigest ::= SEQUENCE { digestValue OCTET STRING, digestMethod UTF8String, transforms SEQUENCE OF … (empty) }
///
/// The transforms of a reference never enter it: X-Road encodes an empty sequence always.
enum DigestList {
    static func encode(_ digests: [(algorithm: DigestAlgorithm, digest: [UInt8])]) -> [UInt8] {
        let contents = digests.map { length($0.digest.count) + length($0.algorithm.uri.utf8.count) + emptySequence.count }
        let content = contents.reduce(0) { $0 + length($1) }
        var der: [UInt8] = []
        der.reserveCapacity(length(content))
        appendHeader(sequence, content, to: &der)
        for (single, content) in zip(digests, contents) {
            appendHeader(sequence, content, to: &der)
            appendHeader(octetString, single.digest.count, to: &der)
            der += single.digest
            appendHeader(utf8String, single.algorithm.uri.utf8.count, to: &der)
            der += single.algorithm.uri.utf8
            der += emptySequence
        }
        return der
    }

    private static let octetString: UInt8 = 0x04
    private static let utf8String: UInt8 = 0x0c
    private static let sequence: UInt8 = 0x30
    private static let emptySequence: [UInt8] = [0x30, 0x00]

    /// Of a value with its tag and length.
    private static func length(_ content: Int) -> Int {
        content < 0x80 ? 2 + content : 2 + (Int.bitWidth - content.leadingZeroBitCount + 7) / 8 + content
    }

    private static func appendHeader(_ tag: UInt8, _ content: Int, to der: inout [UInt8]) {
        der.append(tag)
        guard content >= 0x80 else { return der.append(UInt8(content)) }
        let bytes = (Int.bitWidth - content.leadingZeroBitCount + 7) / 8
        der.append(0x80 | UInt8(bytes))
        for shift in (0..<bytes).reversed() { der.append(UInt8(truncatingIfNeeded: content >> (8 * shift))) }
    }
}
