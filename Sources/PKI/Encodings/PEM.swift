/// Textual encoding of certificates, requests and keys (RFC 7468).
package enum PEM {
    /// Lines of 64 characters, each ended by a line feed.
    package static func encode(_ der: [UInt8], label: String) -> String {
        var text = "-----BEGIN \(label)-----\n"
        var rest = Substring(Base64.encode(der))
        while !rest.isEmpty {
            text += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END \(label)-----\n"
    }

    /// Every block with this label, in order; nil where one of them is not ended or is no base64.
    package static func decode(_ text: String, label: String) -> [[UInt8]]? {
        var blocks: [[UInt8]] = []
        var block: String?
        for line in text.split(whereSeparator: \.isNewline).map({ $0.trimmingSpaces() }) {
            if line == "-----BEGIN \(label)-----" {
                guard block == nil else { return nil }
                block = ""
            } else if line == "-----END \(label)-----" {
                guard let der = block.flatMap(Base64.decode(spaced:)) else { return nil }
                blocks.append(der)
                block = nil
            } else {
                block?.append(contentsOf: line)
            }
        }
        return block == nil ? blocks : nil
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        return start[..<(start.lastIndex { $0 != " " && $0 != "\t" }.map(start.index(after:)) ?? start.startIndex)]
    }
}
