/// The encodings that X-Road's documents come in; everything else is refused rather than guessed.
package enum XMLEncoding: String, Sendable {
    case utf8 = "UTF-8"
    case utf16 = "UTF-16"
    case latin1 = "ISO-8859-1"

    init?(declared name: some StringProtocol) {
        self.init(rawValue: name.uppercased())
    }
}
