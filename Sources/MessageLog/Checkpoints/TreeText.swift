import PKI

/// Sizes of trees and numbers of leaves as text: decimal digits without leading zeros.
enum TreeNumber {
    /// Nil for anything else, also for more than a tree can have leaves.
    static func parse(_ text: some StringProtocol) -> Int64? {
        guard let number = Int64(text), number >= 0, "\(number)".utf8.elementsEqual(text.utf8) else { return nil }
        return number
    }
}

extension TreeHash {
    /// Nil unless the text is the base64 of 32 bytes.
    package init?(base64: String) {
        guard let bytes = Base64.decode(base64) else { return nil }
        self.init(bytes: bytes)
    }

    package var base64: String { Base64.encode(bytes) }
}
