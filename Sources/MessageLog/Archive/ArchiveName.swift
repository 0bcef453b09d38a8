import XRoadModel

/// Names of archives and of what is in them.
package enum ArchiveName {
    package static let linkingInformation = "linkinginfo"
    package static let prefix = "mlog-"
    package static let extensions = [".zip", ".zip.gpg"]

    /// `mlog[-group]-X-Y-Z.zip[.gpg]` (UG-SS 11.1.6): X and Y are the times of the first and the last record, Z the first 16 digits
    /// of the last digest of the linking information. Of the group, what could mean something to a shell or file system is `_`.
    package static func archive(
        of group: ArchiveGroup, from first: Instant, to last: Instant, digest: String, suffix: String
    ) -> String {
        let name = group.client.map { _ in String((safe(group.name) + "-").prefix(200)) } ?? ""
        return prefix + name + "\(stamp(first))-\(stamp(last))-\(digest.prefix(16))\(suffix)"
    }

    /// Whether an archive could be named so: nothing in the name leads out of its folder or disturbs who reads it.
    package static func isArchive(_ name: String) -> Bool {
        name.hasPrefix(prefix) && extensions.contains { name.hasSuffix($0) } && name.utf8.count <= 255
            && name.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") }
    }

    /// `NAME-request.asice`, or `response`, or `event`: X-Road's verifier of archives takes entries with this ending only.
    package static func entry(_ identifier: RecordIdentifier, _ kind: String) -> String { "\(identifier.name)-\(kind).asice" }

    /// Nil for a name that no entry has.
    package static func identifier(ofEntry name: String) -> (record: RecordIdentifier, kind: String)? {
        let words = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, let number = Int64(words[1]), number > 0, words[2].hasSuffix(".asice"), !words[0].isEmpty else {
            return nil
        }
        let kind = String(words[2].dropLast(".asice".count))
        let identifier = RecordIdentifier(number: number, name: "\(words[0])-\(number)")
        return entry(identifier, kind) == name ? (identifier, kind) : nil
    }

    static func number(ofEntry name: String) -> Int64? { identifier(ofEntry: name)?.record.number }

    package static func configuration(_ hash: String) -> String { "configuration-\(hash).zip" }

    /// Hexadecimal; nil for any other name.
    package static func configurationHash(_ name: String) -> String? {
        guard name.hasPrefix("configuration-"), name.hasSuffix(".zip") else { return nil }
        return String(name.dropFirst("configuration-".count).dropLast(".zip".count))
    }

    /// `YYYYMMDDhhmmss`.
    private static func stamp(_ time: Instant) -> String { time.iso8601(milliseconds: false).filter(\.isNumber) }

    private static func safe(_ text: String) -> String {
        String(
            decoding: text.unicodeScalars.map { scalar -> UInt8 in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_", "+", "@": UInt8(scalar.value)
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
    }
}
