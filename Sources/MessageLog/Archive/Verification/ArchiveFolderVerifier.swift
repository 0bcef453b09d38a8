import SignedDocuments

/// Verifies archives one after the other, and at the end against each other. It remembers a few lines of each archive and a bit of each
/// record, whatever their number and size.
package struct ArchiveFolderVerifier {
    private static let maximumLogs = 64
    private static let namedRanges = 5

    private let expectedEnds: [ArchiveLink]?
    private let earlier: Set<String>
    private let vault: ArchiveVault?
    private let limits: RecordReadLimits
    private var synopses: [ArchiveSynopsis] = []
    private var unread: Set<String> = []
    /// By the digits of the log.
    private var numbers: [String: ArchiveNumbers] = [:]
    /// By archive: the first record whose number had been found before, and how many those are.
    private var repeated: [String: (record: String, count: Int)] = [:]

    /// - Parameters:
    ///   - expectedEnds: the last archive of each chain, as the log's own state names them; its digest may be only the digits that stand
    ///     in its name. Nil where that is not known.
    ///   - earlier: digests of archives that are not here any more, and whose absence is all right.
    package init(
        expectedEnds: [ArchiveLink]?, earlier: Set<String> = [], vault: ArchiveVault? = nil,
        limits: RecordReadLimits = RecordReadLimits()
    ) {
        self.expectedEnds = expectedEnds
        self.earlier = earlier
        self.vault = vault
        self.limits = limits
    }

    /// Reads an archive to its end, if it has one, and gives each record to `judge` while it is in memory.
    package mutating func verify(
        _ name: String, _ stream: some ByteStream, judge: (ArchivedRecord) throws -> Void
    ) rethrows -> [ArchiveFinding] {
        var synopsis = ArchiveSynopsis(fileName: name)
        var findings: [ArchiveFinding] = []
        var reader = ArchiveReader(stream, vault: vault, limits: limits)
        while true {
            let record: ArchivedRecord?
            do { record = try reader.next() } catch {
                findings.append(ArchiveFinding(.unreadable, archive: name, "\(error)"))
                unread.insert(name)
                return findings
            }
            guard let record else { break }
            synopsis.add(record)
            findings += check(record, archive: name)
            try judge(record)
        }
        guard let linking = reader.linking else {
            unread.insert(name)
            return findings + [ArchiveFinding(.unreadable, archive: name, "it has no \(ArchiveName.linkingInformation)")]
        }
        synopsis.finish(linking)
        synopses.append(synopsis)
        return findings + ArchiveLinks.findings(linking, reader.entries, archive: name)
    }

    /// An archive that is there and cannot be looked into.
    package mutating func pass(_ name: String, because reason: String) -> ArchiveFinding {
        unread.insert(name)
        return ArchiveFinding(.notRead, archive: name, reason)
    }

    /// What the archives say about each other.
    package func finish() -> [ArchiveFinding] {
        let chains = ArchiveChains(synopses, unread: unread, expectedEnds: expectedEnds, earlier: earlier)
        return chains.findings + repetitions(except: chains.thereTwice) + missingNumbers
    }

    private mutating func check(_ record: ArchivedRecord, archive: String) -> [ArchiveFinding] {
        var findings = record.malformations.map {
            ArchiveFinding(.recordContradictory, archive: archive, record: record.name, $0)
        }
        if !record.contradictions.isEmpty {
            let parts = record.contradictions.joined(separator: ", ")
            findings.append(
                ArchiveFinding(.recordContradictory, archive: archive, record: record.name, "not what the leaf says: \(parts)"))
        }
        remember(record, archive: archive)
        return findings
    }

    private mutating func remember(_ record: ArchivedRecord, archive: String) {
        guard let identifier = record.identifier?.record, let log = identifier.name.split(separator: "-").first.map(String.init),
            numbers[log] != nil || numbers.count < Self.maximumLogs,
            numbers[log, default: ArchiveNumbers()].insert(identifier.number)
        else { return }
        repeated[archive, default: (record.name, 0)].count += 1
    }

    /// Of an archive that is there twice as a whole, that is told.
    private func repetitions(except duplicates: Set<String>) -> [ArchiveFinding] {
        repeated.sorted { $0.key < $1.key }.compactMap { archive, repeated in
            guard !duplicates.contains(archive) else { return nil }
            let more = repeated.count > 1 ? "it and \(repeated.count - 1) more were" : "it was"
            let text = "\(more) found before, in this archive or another"
            return ArchiveFinding(.recordDuplicated, archive: archive, record: repeated.record, text)
        }
    }

    private var missingNumbers: [ArchiveFinding] {
        numbers.sorted { $0.key < $1.key }.compactMap { log, numbers in
            let (ranges, count) = numbers.missing(limit: Self.namedRanges)
            guard count > 0 else { return nil }
            let named = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
            let more = ranges.reduce(0) { $0 + Int64($1.count) } < count ? " …" : ""
            let text =
                "\(count) entries of log \(log) below its last here are in no archive here: \(named.joined(separator: ", "))\(more)"
            return ArchiveFinding(.numbersMissing, archive: nil, text)
        }
    }
}
