/// A header field of HTTP, MIME or a REST message. Both texts are free of line ends and other control characters, so that
/// no field can forge another one.
package struct HeaderField: Hashable, Sendable {
    /// As received; compared without regard to case.
    package let name: String
    package let value: String

    /// Nil unless the name is a token (RFC 9110 5.6.2) and the value has no control character but the tab.
    package init?(name: String, value: String) {
        guard Self.isToken(name), Self.isText(value) else { return nil }
        self.init(valid: name, value)
    }

    init(valid name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package func named(_ other: String) -> Bool { name.equalsIgnoringCase(other) }

    static func isToken(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { Characters.token.contains($0) } }

    static func isText(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } }
}

extension [HeaderField] {
    /// The field's value, where the name occurs.
    package func first(_ name: String) -> String? { first { $0.named(name) }?.value }

    func count(_ name: String) -> Int { reduce(0) { $0 + ($1.named(name) ? 1 : 0) } }
}

extension String {
    /// ASCII letters match in both cases, everything else exactly.
    package func equalsIgnoringCase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var (left, right) = (self, other)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                left.indices.allSatisfy { Characters.lower(left[$0]) == Characters.lower(right[$0]) }
            }
        }
    }
}

extension StringProtocol {
    func lowercasedASCII() -> String { String(decoding: utf8.map(Characters.lower), as: UTF8.self) }
}
