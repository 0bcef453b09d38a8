import PKI
import SignedDocuments
import XRoadModel

/// What an archive's linking information says, held against the records that were found. A record whose link does not compute from what
/// the line before it says was changed itself: the lines after it are held against their own neighbours.
enum ArchiveLinks {
    static func findings(
        _ linking: LinkingInformation, _ entries: [ArchiveReaderEntry], archive: String
    ) -> [ArchiveFinding] {
        func finding(_ code: ArchiveFinding.Code, _ record: String, _ text: String) -> ArchiveFinding {
            ArchiveFinding(code, archive: archive, record: record, text)
        }
        var findings: [ArchiveFinding] = []
        let found = counts(entries.map(\.name))
        let linked = counts(linking.lines.map(\.entry))
        for (name, count) in found.sorted(by: { $0.key < $1.key }) {
            if linked[name] == nil { findings.append(finding(.recordAdded, name, "it is not in the linking information")) }
            if count > 1 { findings.append(finding(.recordDuplicated, name, "it is there \(count) times")) }
        }
        for (name, count) in linked.sorted(by: { $0.key < $1.key }) {
            if found[name] == nil { findings.append(finding(.recordRemoved, name, "the linking information names it")) }
            if count > 1 { findings.append(finding(.recordDuplicated, name, "it is linked \(count) times")) }
        }
        let common = linking.lines.filter { found[$0.entry] != nil }
        let inOrder = entries.filter { linked[$0.name] != nil }
        if common.count == inOrder.count, let place = zip(common, inOrder).first(where: { $0.entry != $1.name }) {
            findings.append(finding(.recordReordered, place.1.name, "\(place.0.entry) should be in its place"))
        }
        return findings + altered(linking, entries, archive: archive) + disordered(entries, archive: archive)
    }

    private static func altered(
        _ linking: LinkingInformation, _ entries: [ArchiveReaderEntry], archive: String
    ) -> [ArchiveFinding] {
        let digests = Dictionary(entries.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
        var previous = linking.previous?.digest ?? ""
        var findings: [ArchiveFinding] = []
        for line in linking.lines {
            if let digest = digests[line.entry], LinkingInformation.link(previous, digest, linking.algorithm) != line.digest {
                findings.append(
                    ArchiveFinding(
                        .recordAltered, archive: archive, record: line.entry, "its link in the chain does not compute"))
            }
            previous = line.digest
        }
        return findings
    }

    /// Records stand in the order of the log.
    private static func disordered(_ entries: [ArchiveReaderEntry], archive: String) -> [ArchiveFinding] {
        var last: Int64 = 0
        for entry in entries {
            guard let number = ArchiveName.number(ofEntry: entry.name) else { continue }
            if number <= last {
                let text = "it comes after number \(last)"
                return [ArchiveFinding(.recordReordered, archive: archive, record: entry.name, text)]
            }
            last = number
        }
        return []
    }

    private static func counts(_ names: [String]) -> [String: Int] { names.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
}

/// A record of an archive as its links are about it.
package struct ArchiveReaderEntry: Hashable, Sendable {
    package let name: String
    /// SHA-512 of its content.
    package let digest: [UInt8]
}
