import PKI

/// A finished archive as the next one of its group refers to it.
package struct ArchiveLink: Hashable, Sendable, Codable {
    /// Hexadecimal; of the linking information's last line.
    package let digest: String
    package let fileName: String

    package init(digest: String, fileName: String) {
        self.digest = digest
        self.fileName = fileName
    }
}

/// The entry `linkinginfo` of an archive, in X-Road's form (`LinkingInfoBuilder`): a first line `DIGEST FILE ALGORITHM` about the
/// archive before (`-` where there is none), then a line `DIGEST ENTRY` for each record. A record's digest is that of the text
/// made of the digest before it and of the record's own, both in hexadecimal: so records cannot be removed, moved or changed
/// without changing every digest after them, in this archive and in the next ones.
package struct LinkingInformation: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package let digest: String
        package let entry: String
    }

    package let algorithm: DigestAlgorithm
    package let previous: ArchiveLink?
    package private(set) var lines: [Line] = []

    package init(after previous: ArchiveLink?, algorithm: DigestAlgorithm = .sha512) {
        self.previous = previous
        self.algorithm = algorithm
    }

    /// Of the last record; empty before the very first one.
    package var lastDigest: String { lines.last?.digest ?? previous?.digest ?? "" }

    /// - Parameter digest: of the entry's content.
    package mutating func add(_ entry: String, digest: [UInt8]) {
        lines.append(Line(digest: Self.link(lastDigest, digest, algorithm), entry: entry))
    }

    package static func link(_ previous: String, _ digest: [UInt8], _ algorithm: DigestAlgorithm) -> String {
        Hexadecimal.encode(algorithm.digest(Array((previous + Hexadecimal.encode(digest)).utf8)))
    }

    package var bytes: [UInt8] {
        var text = "\(previous?.digest ?? "-") \(previous?.fileName ?? "-") \(algorithm.name)\n"
        for line in lines { text += "\(line.digest) \(line.entry)\n" }
        return Array(text.utf8)
    }

    /// An archive's worth.
    package static let maximumBytes = 32 << 20

    /// Nil where the text is not of X-Road's form, or its digests are not those of a digest that is good enough.
    package init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard rows.popLast() == "", let first = rows.first else { return nil }
        let head = first.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard head.count == 3, let algorithm = DigestAlgorithm(name: head[2]), algorithm == .sha512,
            (head[0] == "-") == (head[1] == "-"),
            head[0] == "-" || Self.isDigest(head[0], algorithm) && ArchiveName.isArchive(head[1])
        else { return nil }
        self.algorithm = algorithm
        previous = head[0] == "-" ? nil : ArchiveLink(digest: head[0], fileName: head[1])
        for row in rows.dropFirst() {
            let words = row.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2, Self.isDigest(words[0], algorithm), !words[1].isEmpty else { return nil }
            lines.append(Line(digest: words[0], entry: words[1]))
        }
    }

    private static func isDigest(_ text: String, _ algorithm: DigestAlgorithm) -> Bool {
        text.utf8.count == 2 * algorithm.length && Hexadecimal.decode(text) != nil && text == text.lowercased()
    }

    /// An upper bound on `bytes` with one more line.
    func byteCount(adding entry: String) -> Int {
        let digits = 2 * algorithm.length + 2
        return 2 * digits + 300 + lines.count * (digits + entry.utf8.count + 8)
    }
}
