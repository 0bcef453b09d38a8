/// Lines, each ended by a line feed: UTF-8 without other control characters.
package struct NoteText: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: some Collection<UInt8>) throws(MessageLogFailure) {
        guard bytes.first != nil, bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }), String(validating: bytes, as: UTF8.self) != nil
        else { throw .malformedNote(reason: "not UTF-8 text") }
        self.bytes = Array(bytes)
        guard self.bytes.last == 0x0A else { throw .malformedNote(reason: "no line feed at the end") }
    }

    /// Without their ends.
    package var lines: [String] {
        bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }
}
