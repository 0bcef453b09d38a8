import Foundation
import MessageLog
import PKI
import Storage

/// A process for tests to kill or to watch: works on the journal in the folder that the first argument names and says what it has
/// done, each in a line that ends with a full stop. The second argument says how:
/// * `endless`: until it is killed, records are appended from six tasks, every tenth with a content file, while others of them are
///   stamped, erased, and their owner's key is rotated (`BusyLog`);
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
        case "endless": try await BusyLog(journal: journal).run()
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
            announce(try await journal.append(SampleRecord.make(number, contentFolder: nil)).identifier.name)
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
    static func announce(_ text: String) {
        let line = Array((text + ".\n").utf8)
        _ = write(STDOUT_FILENO, line, line.count)
    }
}
