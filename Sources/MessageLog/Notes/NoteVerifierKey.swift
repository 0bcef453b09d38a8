import PKI

/// A key that signatures of notes are verified with, and its name: `name+identifier+base64(type || key)` (C2SP signed-note).
package struct NoteVerifierKey: Hashable, Sendable {
    /// What is signed, as the byte in the key's identifier.
    package enum Kind: UInt8, Sendable {
        /// The note's text: logs.
        case note = 0x01
        /// `cosignature/v1`, a time and the text (C2SP tlog-cosignature): witnesses.
        case cosignature = 0x04
    }

    package let name: NoteName
    package let kind: Kind
    package let publicKey: Ed25519PublicKey

    package init(name: NoteName, kind: Kind, publicKey: Ed25519PublicKey) {
        self.name = name
        self.kind = kind
        self.publicKey = publicKey
    }

    /// Nil for anything but a key of these kinds whose identifier is its own.
    package init?(_ text: String) {
        // Base64 may hold a plus itself. Scalars, because a character with a combining mark is another one.
        let fields = text.unicodeScalars.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3, let name = NoteName(fields[0]), let encoded = Base64.decode(fields[2]),
            let kind = encoded.first.flatMap(Kind.init(rawValue:)),
            let publicKey = Ed25519PublicKey(bytes: Array(encoded.dropFirst()))
        else { return nil }
        self.init(name: name, kind: kind, publicKey: publicKey)
        guard self.text == text else { return nil }
    }

    package var text: String {
        "\(name)+\(Hexadecimal.encode(identifier.bigEndianBytes))+\(Base64.encode([kind.rawValue] + publicKey.bytes))"
    }

    /// The first four bytes of SHA-256(name || LF || type || key).
    package var identifier: UInt32 {
        let digest = DigestAlgorithm.sha256.digest(Array(name.text.utf8) + [0x0A, kind.rawValue] + publicKey.bytes)
        return digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    func isNamed(in signature: NoteSignature) -> Bool { signature.name == name && signature.keyIdentifier == identifier }

    /// Nil for a wrong signature; its name was compared before.
    func verify(_ signature: NoteSignature, of text: NoteText) -> VerifiedNoteSignature? {
        switch kind {
        case .note:
            guard publicKey.verifies(signature.bytes, of: text.bytes) else { return nil }
            return VerifiedNoteSignature(key: self, secondsSince1970: nil, signature: signature)
        case .cosignature:
            guard let cosignature = Cosignature(signature.bytes), cosignature.verifies(text, key: publicKey) else { return nil }
            return VerifiedNoteSignature(key: self, secondsSince1970: cosignature.secondsSince1970, signature: signature)
        }
    }
}

/// A line of a note that a known key has signed.
package struct VerifiedNoteSignature: Hashable, Sendable {
    package let key: NoteVerifierKey
    /// When, as the signer says: of a cosignature only.
    package let secondsSince1970: Int64?
    package let signature: NoteSignature
}
