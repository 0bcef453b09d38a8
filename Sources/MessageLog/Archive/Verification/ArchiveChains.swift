import SignedDocuments

/// The archives of a folder, held against each other: each names the one before it by name and digest.
struct ArchiveChains {
    let synopses: [ArchiveSynopsis]
    /// Archives that are there and were not read to their end.
    let unread: Set<String>
    /// What there should be at the end of chains; nil where that is not known.
    let expectedEnds: [ArchiveLink]?
    /// Digests of archives that are known to have been before the first one here.
    let earlier: Set<String>

    /// By last digest. Of several with the same, the one that has its proper name.
    private let byDigest: [String: ArchiveSynopsis]

    init(_ synopses: [ArchiveSynopsis], unread: Set<String>, expectedEnds: [ArchiveLink]?, earlier: Set<String>) {
        self.synopses = synopses.sorted { $0.fileName < $1.fileName }
        self.unread = unread
        self.expectedEnds = expectedEnds
        self.earlier = earlier
        byDigest = Dictionary(self.synopses.map { ($0.lastDigest, $0) }) { first, second in
            first.properNames.contains(first.fileName) ? first : second
        }
    }

    var findings: [ArchiveFinding] { ownNames + duplicates + links + forks + ends }

    private var originals: [ArchiveSynopsis] { synopses.filter { byDigest[$0.lastDigest] == $0 } }

    private var ownNames: [ArchiveFinding] {
        synopses.compactMap { archive in
            let names = archive.properNames
            guard !names.contains(archive.fileName) else { return nil }
            return ArchiveFinding(.renamed, archive: archive.fileName, "by its content it is \(names.first ?? "no archive")")
        }
    }

    private var duplicates: [ArchiveFinding] {
        synopses.compactMap { archive in
            guard let original = byDigest[archive.lastDigest], original != archive else { return nil }
            return ArchiveFinding(.duplicated, archive: archive.fileName, "it is \(original.fileName) once more")
        }
    }

    /// The same archives under two names.
    var thereTwice: Set<String> {
        Set(Dictionary(grouping: synopses, by: \.lastDigest).values.filter { $0.count > 1 }.flatMap { $0.map(\.fileName) })
    }

    private var links: [ArchiveFinding] {
        let names = Set(synopses.map(\.fileName)).union(unread)
        return originals.compactMap { archive in
            guard let previous = archive.previous else { return nil }
            guard let found = byDigest[previous.digest] else {
                if earlier.contains(previous.digest) || unread.contains(previous.fileName) { return nil }
                return names.contains(previous.fileName)
                    ? ArchiveFinding(
                        .linkBroken, archive: archive.fileName, "it follows a \(previous.fileName) with another content")
                    : ArchiveFinding(
                        .removed, archive: previous.fileName, "it is missing, and \(archive.fileName) follows it")
            }
            if found.lastNumber >= archive.firstNumber {
                let text = "its records are not after those of \(found.fileName), which it follows"
                return ArchiveFinding(.reordered, archive: archive.fileName, text)
            }
            guard found.fileName != previous.fileName, found.properNames.contains(found.fileName) else { return nil }
            return ArchiveFinding(.renamed, archive: found.fileName, "\(archive.fileName) calls it \(previous.fileName)")
        }
    }

    private var forks: [ArchiveFinding] {
        let followers = Dictionary(grouping: originals.filter { $0.previous != nil }, by: { $0.previous?.digest ?? "" })
        return followers.values.filter { $0.count > 1 }.flatMap { archives in
            archives.dropFirst().map { archive in
                let text = "it follows the same archive as \(archives[0].fileName)"
                return ArchiveFinding(.forked, archive: archive.fileName, text)
            }
        }.sorted { ($0.archive ?? "") < ($1.archive ?? "") }
    }

    private var ends: [ArchiveFinding] {
        guard let expectedEnds else {
            let text = "whether archives are missing after the last ones cannot be told without the log or their names"
            return [ArchiveFinding(.endNotProvable, archive: nil, text)]
        }
        return expectedEnds.compactMap { end in
            if byDigest.contains(where: { $0.key.hasPrefix(end.digest) }) || unread.contains(end.fileName) { return nil }
            return ArchiveFinding(.lastMissing, archive: end.fileName, "it was the last of its chain and is missing")
        }
    }
}
