/// What the tree says of an event.
extension LogEvent {
    /// What `MerkleTree.leafHash` takes.
    package func leaf(number: Int64) -> [UInt8] {
        Self.leaf(number: number, time: time.millisecondsSince1970, statement: statementText)
    }

    /// The leaf with a statement as it was stored.
    package static func leaf(number: Int64, time: Int64, statement: String) -> [UInt8] {
        var text = LeafText()
        text.line("time", time)
        text.line("statement", statement)
        return LeafText.leaf(.event, number: number, lines: text.bytes)
    }

    /// JSON (RFC 8259) without spaces, names in the order of their UTF-8 bytes, so that one event has one text.
    package var statementText: String {
        let members = statement.merging(["event": kind]) { _, kind in kind }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { "\(Self.json($0.key)):\(Self.json($0.value))" }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..."\u{1F}":
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
