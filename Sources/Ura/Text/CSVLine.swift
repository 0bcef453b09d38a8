/// A record of a CSV file (RFC 4180, ended by CR LF) that a spreadsheet opens as text: a cell that it would take for a formula, or
/// that looks like one, begins with an apostrophe.
enum CSVLine {
    static func encode(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    static func cell(_ text: String) -> String {
        let shown = DisplayText.escape(text)
        let guarded = isFormula(text) ? "'" + shown : shown
        guard guarded.contains(where: { $0 == "," || $0 == "\"" || $0 == ";" || $0 == "'" }) else { return guarded }
        return "\"" + guarded.replacing("\"", with: "\"\"") + "\""
    }

    /// What begins a formula in some spreadsheet, also in full width, and also behind characters that are dropped or not shown.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        let shown = text.unicodeScalars.first { !$0.properties.isWhitespace && !$0.properties.isDefaultIgnorableCodePoint }
        return first.value < 0x20 || shown.map("=+-@＝＋－＠−".unicodeScalars.contains) == true
    }
}
