import PKI

/// A log's tree at one size (C2SP tlog-checkpoint): the text of a signed note. A log never signs two checkpoints of which one tree
/// does not begin with the other.
package struct Checkpoint: Hashable, Sendable {
    /// Which log.
    package let origin: NoteName
    package let size: Int64
    package let root: TreeHash
    /// Lines that other logs add; ours adds none.
    package let extensions: [String]

    package init(origin: NoteName, size: Int64, root: TreeHash) {
        self.origin = origin
        self.size = size
        self.root = root
        extensions = []
    }

    package init(_ text: NoteText) throws(MessageLogFailure) {
        let lines = text.lines
        guard lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }) else {
            throw .malformedNote(reason: "a checkpoint has three lines or more, none empty")
        }
        guard let origin = NoteName(lines[0]) else { throw .malformedNote(reason: "the checkpoint's origin is no name") }
        guard let size = TreeNumber.parse(lines[1]) else { throw .malformedNote(reason: "the checkpoint's size is no number") }
        guard let root = TreeHash(base64: lines[2]) else { throw .malformedNote(reason: "the checkpoint's root is no hash") }
        self.origin = origin
        self.size = size
        self.root = root
        extensions = Array(lines[3...])
    }

    package var text: NoteText {
        get throws(MessageLogFailure) {
            let lines = [origin.text, "\(size)", Base64.encode(root.bytes)] + extensions
            return try NoteText(Array(lines.map { $0 + "\n" }.joined().utf8))
        }
    }
}
