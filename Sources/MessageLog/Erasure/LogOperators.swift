import PKI

/// Who may approve erasures, by name. No two names share a key, so that two approvals are two persons' as far as keys can say.
package struct LogOperators: Sendable {
    private let keys: [String: PublicKey]

    package init(_ operators: [(name: String, key: PublicKey)]) throws(MessageLogFailure) {
        var keys: [String: PublicKey] = [:]
        for (name, key) in operators {
            guard Self.isName(name) else {
                throw .operatorRefused(name: name, reason: "a name has 1 to 64 of A-Z a-z 0-9 . _ @ -")
            }
            guard keys[name] == nil else { throw .operatorRefused(name: name, reason: "the name is there twice") }
            if let other = keys.first(where: { $0.value == key }) {
                throw .operatorRefused(name: name, reason: "its key is also \(other.key)'s")
            }
            keys[name] = key
        }
        self.keys = keys
    }

    package subscript(_ name: String) -> PublicKey? { keys[name] }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._@-".utf8.contains(byte)
                }
            }
    }
}
