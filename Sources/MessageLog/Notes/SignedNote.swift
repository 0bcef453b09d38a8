/// A text with the signatures under it (C2SP signed-note). The text means nothing before a signature of a known key was verified.
package struct SignedNote: Hashable, Sendable {
    package static let maximumBytes = 256 << 10
    package static let maximumSignatures = 64

    /// Ends with a line feed.
    package let text: NoteText
    package private(set) var signatures: [NoteSignature]

    package init(text: NoteText, signatures: [NoteSignature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Strict: `encoded` gives the same bytes again.
    package init(_ bytes: some Collection<UInt8>) throws(MessageLogFailure) {
        guard bytes.count <= Self.maximumBytes else {
            throw .malformedNote(reason: "\(bytes.count) bytes, limit \(Self.maximumBytes)")
        }
        let bytes = Array(bytes)
        // The text may have empty lines itself: the last one divides.
        guard bytes.last == 0x0A, let end = bytes.indices.dropFirst().last(where: { bytes[$0 - 1] == 0x0A && bytes[$0] == 0x0A })
        else { throw .malformedNote(reason: "no empty line, or no line feed at the end") }
        guard end + 1 < bytes.count else { throw .malformedNote(reason: "no signatures") }
        text = try NoteText(bytes[..<end])
        let lines = try NoteText(bytes[(end + 1)...]).lines
        guard lines.count <= Self.maximumSignatures else {
            throw .malformedNote(reason: "\(lines.count) signatures, limit \(Self.maximumSignatures)")
        }
        var signatures: [NoteSignature] = []
        for line in lines { signatures.append(try NoteSignature(line: line)) }
        self.signatures = signatures
    }

    package var encoded: [UInt8] { text.bytes + Array(("\n" + signatures.map { $0.line + "\n" }.joined()).utf8) }

    /// Adds lines that are not there.
    package mutating func add(_ lines: [NoteSignature]) {
        for line in lines where !signatures.contains(line) { signatures.append(line) }
    }

    /// Adds a line in the place of one of the same key.
    package mutating func replace(with line: NoteSignature) {
        signatures.removeAll { $0.name == line.name && $0.keyIdentifier == line.keyIdentifier }
        signatures.append(line)
    }

    /// Who of `keys` signed. Lines of other keys are passed over; a line with a known key's name and identifier that does not verify
    /// makes the whole note worthless, as does a note without any known key.
    package func verified(by keys: [NoteVerifierKey]) throws(MessageLogFailure) -> [VerifiedNoteSignature] {
        var verified: [VerifiedNoteSignature] = []
        for signature in signatures {
            guard let key = keys.first(where: { $0.isNamed(in: signature) }), !verified.contains(where: { $0.key == key }) else {
                continue
            }
            guard let line = key.verify(signature, of: text) else { throw .noteSignatureInvalid(key: key.name.text) }
            verified.append(line)
        }
        guard !verified.isEmpty else { throw .noteUnsigned(keys: keys.map(\.name.text)) }
        return verified
    }
}
