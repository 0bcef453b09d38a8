import ArgumentParser
import Foundation
import MessageLog
import PKI
import Storage

struct LogGapsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps", abstract: "Looks for what is missing in the log.",
        discussion: """
            Entries that are not there, requests without an answer and answers without a request, time-stamps that came late or not at
            all, and global configurations that are not kept. Whether what is there was changed, `ura log check` says.
            Exit status: 0 nothing is missing, 1 something is.
            """)

    @Option(help: "Settings file of the security server.") var settings: String
    @Option(help: "After so many seconds without an answer a request has none.") var answerSeconds: Int64 = 300
    @Option(help: "A time-stamp that comes later than so many seconds is late.") var timestampSeconds: Int64 = 300
    @Flag(help: "One JSON object.") var json = false

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        var limits = GapFinder.Limits()
        limits.answerSeconds = answerSeconds
        let folder = StateFolder(existing: settings.stateFolder)
        let reader = try LogReader.open(settings)
        limits.timestampSeconds = try await folder.hasTimestamps(reader) ? timestampSeconds : nil
        var finder = GapFinder(
            limits: limits, configurations: try Self.configurations(folder), now: SystemEnvironment().now())
        let size = try reader.treeSize()
        var last: Int64 = 0
        while true {
            let page = try await reader.auditedEntries(after: last, limit: 10_000)
            for entry in page {
                switch entry {
                case .message(let message): finder.message(message)
                case .event(let number): finder.event(number)
                }
            }
            guard let number = page.last?.number else { break }
            last = number
        }
        let gaps = finder.finish(size: size)
        print(json ? try gaps.json(reader.logIdentifier) : gaps.text)
        if !gaps.isComplete { throw ExitCode(1) }
    }

    private static func configurations(_ folder: StateFolder) throws -> Set<[UInt8]> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.configuration)) ?? []
        return Set(names.compactMap { $0.count == 64 ? Hexadecimal.decode($0) : nil })
    }
}

extension LogGaps {
    private var findings: [(name: String, what: String, records: String, count: Int64)] {
        func row(_ name: String, _ what: String, _ records: RecordRanges) -> (String, String, String, Int64) {
            (name, what, "\(records)", records.count)
        }
        return [
            row("holes", "entries are not there", RecordRanges(joining: holes)),
            row("unanswered", "requests have no answer: refused, failed or cut off", unanswered),
            row("unasked", "answers have no request", unasked),
            row("late", "time-stamps came late, the longest after \(longestDelaySeconds) s", lateTimestamps),
            row("unstamped", "messages should have a time-stamp by now", unstamped),
        ]
            + missingConfigurations.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { hash, records in
                row("configuration", "messages refer to configuration \(Hexadecimal.encode(hash)), which is not kept", records)
            }
    }

    var text: String {
        let lines = findings.filter { $0.count > 0 }.map { "\($0.count) \($0.what): \($0.records)" }
        return (["\(entries) entries"] + (lines.isEmpty ? ["nothing is missing"] : lines)).joined(separator: "\n")
    }

    func json(_ log: String) throws -> String {
        struct Finding: Encodable { let name, description, records: String; let count: Int64 }
        struct Report: Encodable { let log: String; let entries: Int64; let findings: [Finding] }
        let found = findings.filter { $0.count > 0 }.map {
            Finding(name: $0.name, description: $0.what, records: $0.records, count: $0.count)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Report(log: log, entries: entries, findings: found)), as: UTF8.self)
    }
}
