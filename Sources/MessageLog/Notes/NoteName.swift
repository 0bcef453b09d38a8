/// What a log, a witness or a key is called in signed notes (C2SP signed-note): not empty, without Unicode spaces and "+".
///
/// Compared byte by byte: `String` takes canonically equivalent texts for equal, and two logs could pass for one.
package struct NoteName: Sendable {
    package static let maximumBytes = 512

    package let text: String

    /// Nil where the text cannot be a name.
    package init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumBytes,
            !text.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 || $0 == "+" })
        else { return nil }
        self.text = String(text)
    }
}

extension NoteName: Hashable {
    package static func == (left: NoteName, right: NoteName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension NoteName: CustomStringConvertible {
    package var description: String { text }
}
