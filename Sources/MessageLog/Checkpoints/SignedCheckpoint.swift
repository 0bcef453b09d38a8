import XRoadModel

/// A checkpoint as its log and its witnesses have signed it.
package struct SignedCheckpoint: Hashable, Sendable {
    package let checkpoint: Checkpoint
    package private(set) var note: SignedNote

    /// Signatures are not verified: `note.verified(by:)`.
    package init(_ bytes: some Collection<UInt8>) throws(MessageLogFailure) {
        note = try SignedNote(bytes)
        checkpoint = try Checkpoint(note.text)
    }

    /// Signs for the log.
    package init(_ checkpoint: Checkpoint, signer: NoteSigner, at time: Instant) throws(MessageLogFailure) {
        let text = try checkpoint.text
        self.checkpoint = checkpoint
        note = SignedNote(text: text, signatures: [try signer.sign(text, at: time)])
    }

    /// With those of its lines that were verified.
    init(verified: SignedCheckpoint, signatures: [NoteSignature]) {
        checkpoint = verified.checkpoint
        note = SignedNote(text: verified.note.text, signatures: signatures)
    }

    package mutating func add(_ lines: [NoteSignature]) { note.add(lines) }

    package mutating func replace(with line: NoteSignature) { note.replace(with: line) }
}
