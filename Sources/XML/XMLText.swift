/// Text made safe to stand in a document, in the form that canonical XML gives it (Canonical XML 1.0, 2.3): what is
/// composed so needs no second rendering before it is signed. Characters that XML cannot carry become U+FFFD.
package enum XMLText {
    package static func escape(text: String) -> String {
        escape(text) { byte in
            switch byte {
            case 0x26: "&amp;"
            case 0x3C: "&lt;"
            case 0x3E: "&gt;"
            case 0x0D: "&#xD;"
            default: nil
            }
        }
    }

    /// For a value in double quotes.
    package static func escape(attribute: String) -> String {
        escape(attribute) { byte in
            switch byte {
            case 0x26: "&amp;"
            case 0x3C: "&lt;"
            case 0x22: "&quot;"
            case 0x09: "&#x9;"
            case 0x0A: "&#xA;"
            case 0x0D: "&#xD;"
            default: nil
            }
        }
    }

    private static func escape(_ text: String, _ replacement: (UInt8) -> String?) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII, let replacement = replacement(UInt8(scalar.value)) {
                escaped += replacement
            } else {
                escaped.unicodeScalars.append(isCharacter(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return escaped
    }

    /// XML 1.0, production 2.
    private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case 0..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
    }
}
