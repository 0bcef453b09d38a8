/// What an operator calls the matter for which records are held, erased or exported: a file number, an order of a court. It stands
/// in the log's events, in plans and in names of files' contents, so nothing in it may change how a line looks.
package struct CaseName: Hashable, Sendable, CustomStringConvertible {
    package static let maximumBytes = 120
    package let description: String

    /// Nil for an empty or long text, one with spaces at its ends, and one with characters that are not seen or that turn the
    /// direction of text.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumBytes, text.first != " ", text.last != " ",
            text.unicodeScalars.allSatisfy(Self.isPlain)
        else { return nil }
        description = text
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
