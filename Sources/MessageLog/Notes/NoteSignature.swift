import PKI

/// A signature line of a signed note: `— name base64(key identifier || signature)`. What the signature is, the key says.
package struct NoteSignature: Hashable, Sendable {
    /// Of 5,000 bytes and more are those of post-quantum keys.
    static let maximumBytes = 16 << 10
    private static let start = "\u{2014} "

    package let name: NoteName
    package let keyIdentifier: UInt32
    /// Without the key identifier.
    package let bytes: [UInt8]

    package init(name: NoteName, keyIdentifier: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyIdentifier = keyIdentifier
        self.bytes = bytes
    }

    /// Without the line's end.
    package init(line: String) throws(MessageLogFailure) {
        guard line.utf8.starts(with: Self.start.utf8) else { throw .malformedNote(reason: "a signature line without its dash") }
        let fields = line.unicodeScalars.dropFirst(2).split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 2, let name = NoteName(String(fields[0])) else {
            throw .malformedNote(reason: "a signature line that is not name and signature")
        }
        guard let decoded = Base64.decode(String(fields[1])), decoded.count > 4, decoded.count <= Self.maximumBytes else {
            throw .malformedNote(reason: "a signature that is not base64 of key identifier and signature")
        }
        self.init(
            name: name, keyIdentifier: decoded.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, bytes: Array(decoded.dropFirst(4)))
    }

    /// Without the line's end.
    package var line: String { "\(Self.start)\(name) \(Base64.encode(keyIdentifier.bigEndianBytes + bytes))" }
}

extension FixedWidthInteger {
    /// Most significant first.
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
