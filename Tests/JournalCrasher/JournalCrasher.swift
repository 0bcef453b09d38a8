import Foundation
import MessageLog
import PKI
import SignedDocuments
import Storage
import XRoadModel

/// A process for tests to kill or to watch: appends to the journal in the folder that the first argument names and prints each
/// record's name, with a full stop, once it is committed. The second argument says how:
/// * `endless`: from eight tasks, every tenth record with a content file, until it is killed;
/// * `one-by-one`: twenty records;
/// * `full`: its files may not grow beyond 2 MB; it prints `failed` for what then fails, lifts the limit and goes on.
@main
enum JournalCrasher {
    static func main() async throws {
        signal(SIGXFSZ, SIG_IGN)
        let journal = try SQLiteJournal(
            folder: CommandLine.arguments[1], passphrase: SecretBytes(Array("correct horse".utf8)), settings: settings)
        announce("open")
        switch CommandLine.arguments[2] {
        case "endless": try await appendEndlessly(journal)
        case "one-by-one": try await append(1...20, journal)
        default: try await appendBeyondLimit(journal)
        }
        announce("end")
        await journal.close()
    }

    private static var settings: JournalSettings {
        var settings = JournalSettings()
        settings.passphraseCost = PassphraseCost(iterations: 1024, blockSize: 8, parallelism: 1) ?? .standard
        return settings
    }

    private static func append(_ numbers: ClosedRange<Int>, _ journal: SQLiteJournal) async throws {
        for number in numbers {
            announce(try await journal.append(SampleRecord.make(number, contentFolder: nil)).identifier.name + ".")
        }
    }

    private static func appendEndlessly(_ journal: SQLiteJournal) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for number in 1... {
                        let record = try SampleRecord.make(number, contentFolder: journal.contentFolder)
                        announce(try await journal.append(record).identifier.name + ".")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func appendBeyondLimit(_ journal: SQLiteJournal) async throws {
        try limitFileSize(2 << 20)
        var failures = 0
        for number in 1...2000 where failures < 3 {
            do {
                try await append(number...number, journal)
            } catch {
                failures += 1
                announce("failed \(error)")
            }
        }
        try limitFileSize(.max)
        try await append(1...20, journal)
    }

    private static func limitFileSize(_ bytes: rlim_t) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        limit.rlim_cur = min(bytes, limit.rlim_max)
        guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { throw POSIXError(.EINVAL) }
    }

    /// One `write` for each line: what was printed is in the pipe when the process dies.
    private static func announce(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDOUT_FILENO, line, line.count)
    }
}
