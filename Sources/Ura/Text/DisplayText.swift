import Foundation

/// Texts of others (codes in identifiers, ids) as a terminal or a file may show them: nothing moves the cursor, turns the direction of
/// text or hides. What cannot be shown stands as `\u{202E}`.
enum DisplayText {
    /// One JSON object in one line.
    static func json(_ fields: [String: String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return escape(json: String(decoding: try encoder.encode(fields), as: UTF8.self))
    }

    /// An identifier, with a slash in a code told from those between codes.
    static func codes(_ codes: [String]) -> String {
        codes.map { escape($0).replacing("/", with: "\\u{2F}") }.joined(separator: "/")
    }

    static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func escape(_ text: String) -> String { escape(text) { "\\u{\(String($0.value, radix: 16, uppercase: true))}" } }

    /// Inside a JSON text, where `\u202e` is the character itself.
    static func escape(json text: String) -> String {
        escape(text, keeping: ["\\", "\n"]) { scalar in
            String(scalar).utf16.map { "\\u" + String(0x1_0000 + Int($0), radix: 16).dropFirst() }.joined()
        }
    }

    private static func escape(
        _ text: String, keeping kept: Set<Unicode.Scalar> = [], _ form: (Unicode.Scalar) -> String
    ) -> String {
        guard !text.unicodeScalars.allSatisfy({ kept.contains($0) || isShown($0) }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if kept.contains(scalar) || isShown(scalar) { shown.unicodeScalars.append(scalar) } else { shown += form(scalar) }
        }
        return shown
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar != "\\" else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        case .spaceSeparator: return scalar == " "
        default: return !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
