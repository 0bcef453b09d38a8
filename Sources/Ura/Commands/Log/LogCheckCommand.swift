import ArgumentParser
import Foundation
import MessageLog
import Storage

struct LogCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Computes the whole log anew and compares it with what was signed, also by witnesses.",
        discussion: """
            Exit status: 0 all is as it was written, 1 something is not, 2 something could not be told, 64 wrong use. Without a witness \
            nobody can tell whether the whole state folder was replaced by an older copy; the report says so.
            """)

    @Option(help: "Settings file of the security server, whose witnesses are asked too.")
    var settings: String?

    @Option(help: "Folder of a log, where there are no settings.")
    var folder: String?

    @Option(help: "A witness's checkpoint: its URL, or a file with what it printed. Repeatable.")
    var witness: [String] = []

    @Option(help: "Verifier key of a witness. Repeatable; those in the settings count too.")
    var witnessKey: [String] = []

    @Option(help: "Verifier key of the log that you know from elsewhere. Repeatable; those that its owner certified count too.")
    var logKey: [String] = []

    @Option(help: "Folder with a global configuration; the server's own otherwise.")
    var configuration: String?

    @Flag(help: "Asks no witness over the network.")
    var offline = false

    @Flag(help: "A JSON report.")
    var json = false

    func validate() throws {
        guard (settings == nil) != (folder == nil) else { throw ValidationError("name exactly one of --settings and --folder") }
        _ = try VerifierKeys.parse(witnessKey, .cosignature, option: "--witness-key")
        _ = try VerifierKeys.parse(logKey, .note, option: "--log-key")
    }

    func run() async throws {
        let report: LogCheckReport
        do {
            let place = try LogCheckPlace(settings: settings, folder: folder, configuration: configuration)
            var trust = place.trust()
            trust.logKeys += try VerifierKeys.parse(logKey, .note, option: "--log-key").map { .init(key: $0, expires: nil) }
            trust.witnessKeys += try VerifierKeys.parse(witnessKey, .cosignature, option: "--witness-key")
            let sources = witness + (offline ? [] : place.witnessURLs)
            await WitnessCheckpoints(origin: place.origin).add(sources, offline: offline, to: &trust)
            let progress = CheckProgress()
            report = try await LogCheck(SQLiteLogCheckReader(folder: place.log), trust: trust).run(progress: progress.tell)
        } catch {
            // Not 1, which says that the log is not as it was written.
            FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
            throw ExitCode(2)
        }
        print(json ? String(decoding: try report.json(), as: UTF8.self) : report.text, terminator: json ? "\n" : "")
        switch report.verdict {
        case .passed: return
        case .failed: throw ExitCode(1)
        case .indeterminate: throw ExitCode(2)
        }
    }
}

/// Verifier keys of the command line.
enum VerifierKeys {
    static func parse(_ texts: [String], _ kind: NoteVerifierKey.Kind, option: String) throws -> [NoteVerifierKey] {
        try texts.map { text in
            guard let key = NoteVerifierKey(text), key.kind == kind else {
                throw ValidationError("\(option): “\(text)” is no such verifier key (NAME+IDENTIFIER+BASE64)")
            }
            return key
        }
    }
}

/// Tells on standard error how far a long check is.
final class CheckProgress {
    private var told = ContinuousClock.now
    private static let silence = Duration.seconds(2)

    func tell(_ checked: Int64, of all: Int64) {
        let now = ContinuousClock.now
        guard now - told >= Self.silence else { return }
        told = now
        FileHandle.standardError.write(Data("checked \(checked) of \(all) entries\n".utf8))
    }
}
