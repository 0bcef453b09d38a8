import Exchange
import Foundation
import GlobalConfiguration
import MessageLog
import SignedDocuments
import Storage

/// Verifies a folder of archives: each file by itself, the files against each other, and each record by the engine that verifies
/// containers. Says what it finds as it goes on, and remembers little of it.
struct ArchiveFolderCheck {
    let folder: String
    /// Nil where the folder has no configurations, with the reason.
    let configurations: Result<EvidenceConfigurations, ConfigurationRefused>
    let vault: RecordKeys?
    let gpgHome: String?
    /// Whether the report of each record is written, and not only of those that failed.
    let writesRecords: Bool
    let output: ArchiveReportOutput
    private(set) var total = ArchiveRecordCounts()
    private var indications: Set<VerificationReport.Indication> = []

    init(
        folder: String, configurations: Result<EvidenceConfigurations, ConfigurationRefused>, vault: RecordKeys?,
        gpgHome: String?,
        writesRecords: Bool, output: ArchiveReportOutput
    ) {
        self.folder = folder
        self.configurations = configurations
        self.vault = vault
        self.gpgHome = gpgHome
        self.writesRecords = writesRecords
        self.output = output
    }

    /// - Parameters:
    ///   - expectedEnds: the last archive of each chain; nil where that is not known.
    ///   - earlier: digests of archives that are not here any more.
    mutating func run(
        expectedEnds: [ArchiveLink]?, earlier: Set<String>
    ) throws -> Set<VerificationReport.Indication> {
        let names = try ArchiveFiles.names(in: folder)
        guard !names.isEmpty else { throw CommandFailure("\(folder) has no archives") }
        var verifier = ArchiveFolderVerifier(
            expectedEnds: expectedEnds, earlier: earlier, vault: vault.map { ArchiveVault(keys: $0, keepsBodies: false) })
        for (place, name) in names.enumerated() {
            var counts = ArchiveRecordCounts()
            let findings = try verify(name, &verifier, &counts)
            total.add(counts)
            note(findings)
            try output.write(archive: name, counts, findings)
            output.tell("\(place + 1)/\(names.count) \(name): \(counts.total) records")
        }
        let findings = verifier.finish()
        note(findings)
        try output.write(folder: folder, archives: names.count, total, findings)
        return indications
    }

    private mutating func verify(
        _ name: String, _ verifier: inout ArchiveFolderVerifier, _ counts: inout ArchiveRecordCounts
    ) throws -> [ArchiveFinding] {
        guard let input = try ArchiveFiles.open(name, in: folder, gpgHome: gpgHome) else {
            return [verifier.pass(name, because: "it is encrypted: name --gpg-home, or decrypt it")]
        }
        var problems: [ArchiveFinding] = []
        let findings = try verifier.verify(name, input) { record in
            let (report, problem) = judge(record)
            if let problem {
                problems.append(ArchiveFinding(.recordContradictory, archive: name, record: record.name, problem))
            }
            counts.add(report?.indication)
            output.tell(progress: counts.total, of: name)
            guard var report else { return }
            indications.insert(report.indication)
            guard writesRecords || report.indication == .totalFailed else { return }
            report.subject = "\(name)/\(record.name)"
            try output.write(record: report)
        }
        return findings + problems
    }

    /// Nil of an event. The problem is what the vault's key shows to be wrong.
    private func judge(_ record: ArchivedRecord) -> (report: VerificationReport?, problem: String?) {
        switch record.evidence(vault) {
        case .event: return (nil, nil)
        case .nothingLeft(let note): return (.ofNothingLeft(note: note), nil)
        case .record(let signed, let problem):
            let verifier = RecordVerifier(
                trust: { [configurations] _ throws(ConfigurationRefused) in try Self.trust(of: record, configurations) },
                sender: MessageSender.member(of:))
            return (verifier.verify(signed), problem)
        }
    }

    /// Of the configuration that the record's leaf names.
    private static func trust(
        of record: ArchivedRecord, _ configurations: Result<EvidenceConfigurations, ConfigurationRefused>
    ) throws(ConfigurationRefused) -> RecordTrust {
        guard let hash = record.leaf?["configuration"].flatMap(ConfigurationHash.init(hexadecimal:)) else {
            throw ConfigurationRefused(reason: "the record names no configuration")
        }
        return try configurations.get().trust(of: hash)
    }

    private mutating func note(_ findings: [ArchiveFinding]) { indications.formUnion(findings.compactMap(\.indication)) }
}

/// How many records came to which outcome.
struct ArchiveRecordCounts: Encodable {
    private(set) var total = 0
    private(set) var passed = 0
    private(set) var indeterminate = 0
    private(set) var failed = 0
    /// Entries without a signature.
    private(set) var events = 0

    mutating func add(_ indication: VerificationReport.Indication?) {
        total += 1
        switch indication {
        case .totalPassed: passed += 1
        case .indeterminate: indeterminate += 1
        case .totalFailed: failed += 1
        case nil: events += 1
        }
    }

    mutating func add(_ other: ArchiveRecordCounts) {
        total += other.total
        passed += other.passed
        indeterminate += other.indeterminate
        failed += other.failed
        events += other.events
    }

    var text: String { "\(total) records: \(passed) passed, \(indeterminate) indeterminate, \(failed) failed, \(events) events" }
}
