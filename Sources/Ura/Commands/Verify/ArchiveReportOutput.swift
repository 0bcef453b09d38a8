import Foundation
import MessageLog
import SignedDocuments

/// Writes what a verification of archives finds: lines for people, or a JSON object on each line (`contracts/archive-report.schema.json`).
/// Progress goes to standard error.
final class ArchiveReportOutput {
    private let json: Bool
    private let silence = Duration.seconds(2)
    private var told = ContinuousClock.now

    init(json: Bool) { self.json = json }

    func write(record report: VerificationReport) throws {
        print(json ? String(decoding: try report.json(), as: UTF8.self) : "\(report.subject ?? "")\n\(report.text)")
    }

    func write(archive name: String, _ counts: ArchiveRecordCounts, _ findings: [ArchiveFinding]) throws {
        if json { return try write(Line(archive: name, folder: nil, archives: nil, records: counts, findings: findings)) }
        print("\(name)\n  \(counts.text)")
        write(findings)
    }

    func write(folder: String, archives: Int, _ counts: ArchiveRecordCounts, _ findings: [ArchiveFinding]) throws {
        if json { return try write(Line(archive: nil, folder: folder, archives: archives, records: counts, findings: findings)) }
        print("\(folder)\n  \(archives) archives, \(counts.text)")
        write(findings)
    }

    /// After each archive.
    func tell(_ line: String) {
        told = .now
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }

    /// Within an archive, now and then.
    func tell(progress count: Int, of archive: String) {
        if ContinuousClock.now - told >= silence { tell("\(archive): \(count) records so far") }
    }

    private func write(_ findings: [ArchiveFinding]) {
        for finding in findings {
            let place = [finding.archive, finding.record].compactMap(\.self).map { DisplayText.escape($0) }.joined(separator: "/")
            let weight = finding.indication.map { "\($0.rawValue), " } ?? ""
            print(
                "  - \(weight)\(finding.code.rawValue): \(place.isEmpty ? "" : place + ": ")\(DisplayText.escape(finding.text))")
        }
    }

    private func write(_ line: Line) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
    }

    private struct Line: Encodable {
        let archive: String?
        let folder: String?
        let archives: Int?
        let records: ArchiveRecordCounts
        let findings: [ArchiveFinding]
    }
}

extension ArchiveFinding: Encodable {
    private enum CodingKeys: String, CodingKey { case indication, code, archive, record, text }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(indication, forKey: .indication)
        try container.encode(code.rawValue, forKey: .code)
        try container.encodeIfPresent(archive, forKey: .archive)
        try container.encodeIfPresent(record, forKey: .record)
        try container.encode(text, forKey: .text)
    }
}
