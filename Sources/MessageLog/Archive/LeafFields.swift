import PKI
import XRoadModel

/// The text that the log's tree hashes (contracts/message-log.md), read: when and between whom, and the digests of everything that
/// was stored.
package struct LeafFields: Sendable {
    package enum Kind: String, Sendable { case message, event }

    package static let maximumBytes = 1 << 20

    package let kind: Kind
    package let number: Int64
    package let time: Instant
    private let lines: [(name: String, value: String)]

    /// Nil for any text that no log writes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maximumBytes, let text = String(validating: bytes, as: UTF8.self), text.utf8.last == 0x0A else {
            return nil
        }
        let rows = text.utf8.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).map { String(Substring($0)) }
        let form = "ura-log-leaf 1 "
        guard let first = rows.first, first.hasPrefix(form), let kind = Kind(rawValue: String(first.dropFirst(form.count))) else {
            return nil
        }
        var lines: [(name: String, value: String)] = []
        for row in rows.dropFirst() {
            guard let sign = row.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            lines.append((String(row[..<sign]), String(row[row.utf8.index(after: sign)...])))
        }
        func integer(_ name: String) -> Int64? { lines.first { $0.name == name }.flatMap { Int64($0.value) } }
        guard let number = integer("number"), number > 0, let time = integer("time") else { return nil }
        (self.kind, self.number, self.lines) = (kind, number, lines)
        self.time = Instant(millisecondsSince1970: time)
    }

    /// Nil where the leaf has no such line, or one that no log writes.
    package subscript(_ name: String) -> String? { lines.first { $0.name == name }.flatMap { Self.decode($0.value) } }

    /// Of a name that may stand on several lines.
    package func all(_ name: String) -> [String] { lines.filter { $0.name == name }.map(\.value) }

    /// Of an identifier.
    package func codes(_ name: String) -> [String]? {
        lines.first { $0.name == name }.flatMap { line in
            let codes = line.value.split(separator: "/", omittingEmptySubsequences: false).map { Self.decode(String($0)) }
            return codes.contains(nil) ? nil : codes.compactMap(\.self)
        }
    }

    /// Whether erasing the record destroys its signature: then that is sealed.
    package var sealsSignature: Bool { self["signature-on-erasure"] == LogPolicy.SignatureOnErasure.destroy.rawValue }

    private static func decode(_ value: String) -> String? {
        guard value.utf8.contains(UInt8(ascii: "%")) else { return value }
        var bytes: [UInt8] = []
        var rest = Array(value.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let encoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                return nil
            }
            bytes.append(encoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// The digests of what is stored of a message, as far as it is there, to be held against its leaf.
package struct StoredDigests: Hashable, Sendable {
    /// SHA-256 of the sealed message part.
    package var content: [UInt8]?
    /// SHA-256 of the sealed attachments, by number.
    package var attachments: [Int: [UInt8]] = [:]
    /// SHA-512 of the signature document.
    package var signature: [UInt8]?
    /// SHA-256 of the stored evidence.
    package var evidence: [UInt8]?

    package init() {}
}

extension LeafFields {
    /// What is there and is not what the leaf says. What is not there is no contradiction: it was erased or released.
    package func contradictions(_ stored: StoredDigests) -> [String] {
        var contradictions: [String] = []
        func compare(_ part: String, _ digest: [UInt8]?, _ expected: String?) {
            if let digest, Hexadecimal.encode(digest) != expected { contradictions.append(part) }
        }
        compare("message", stored.content, self["content"])
        let attachments = all("attachment")
        for (number, digest) in stored.attachments.sorted(by: { $0.key < $1.key }) {
            compare("attachment \(number)", digest, attachments.indices.contains(number - 1) ? attachments[number - 1] : nil)
        }
        compare("signature", stored.signature, self["signature"])
        compare("evidence", stored.evidence, self["evidence"])
        return contradictions
    }
}
