import PKI

/// What a witness's signature line holds (C2SP tlog-cosignature, Ed25519): that at this time the tree in the checkpoint was the
/// largest that the witness had seen of the log, and consistent with all before.
package struct Cosignature: Hashable, Sendable {
    package let secondsSince1970: Int64
    let signature: [UInt8]

    init(secondsSince1970: Int64, signature: [UInt8]) {
        self.secondsSince1970 = secondsSince1970
        self.signature = signature
    }

    /// Nil unless the bytes are a time, which must not be left out, and an Ed25519 signature.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 8 + Ed25519PrivateKey.signatureLength else { return nil }
        let seconds = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard seconds > 0, let seconds = Int64(exactly: seconds) else { return nil }
        self.init(secondsSince1970: seconds, signature: Array(bytes.dropFirst(8)))
    }

    var encoded: [UInt8] { secondsSince1970.bigEndianBytes + signature }

    static func message(_ text: NoteText, secondsSince1970: Int64) -> [UInt8] {
        Array("cosignature/v1\ntime \(secondsSince1970)\n".utf8) + text.bytes
    }

    func verifies(_ text: NoteText, key: Ed25519PublicKey) -> Bool {
        key.verifies(signature, of: Self.message(text, secondsSince1970: secondsSince1970))
    }
}
