import ArchiveSamples
import Foundation
import MessageLog
import Storage
import XRoadModel

/// A process for tests to kill, or to measure: archives a log of as many entries as the second argument says into the folder that the
/// first argument names. The third says how many bytes an archive may have, the fourth how records are grouped, the fifth, if there is
/// one, where the keys are to encrypt to. It prints each archive's name once it is told of, and at the end the highest resident memory
/// in KiB.
@main
enum ArchiveCrasher {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (5...6).contains(arguments.count), let count = Int64(arguments[2]), let bytes = UInt64(arguments[3]),
            let grouping = ArchiveGrouping(rawValue: arguments[4])
        else { throw POSIXError(.EINVAL) }
        let clients = [("GAM", "mmis"), ("GAM", "statistics"), ("CRA", "civreg")].map { SampleEntries.client($0.0, $0.1) }
        var settings = ArchiverSettings()
        settings.limits.maximumBytes = bytes
        settings.grouping = grouping
        settings.windowNumbers = 10_000
        let archiver = Archiver(
            source: SampleEntries(count: count, clients: clients),
            store: try ArchiveFolder(
                path: arguments[1] + "/archive",
                encryption: arguments.count == 6
                    ? try ArchiveEncryption(keys: arguments[5], home: arguments[1] + "/gpg") : nil,
                configurations: try ConfigurationFolder(path: arguments[1] + "/configuration")),
            ledger: ArchiveLedgerFile(folder: arguments[1]), transfer: nil, release: nil, settings: settings,
            report: { progress in
                switch progress {
                case .archived(let file, _, _, _): announce(file)
                case .stopped(let group, let failure): announce("stopped \(group): \(failure)")
                default: break
                }
            })
        announce("open")
        try await archiver.run(at: SampleEntries.firstTime)
        announce("memory \(highestResidentKilobytes)")
        announce("end")
    }

    /// Of this program alone: `getrusage` counts what the process was before it became this program.
    private static var highestResidentKilobytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    /// One `write` for each line: what was printed is in the pipe when the process dies.
    private static func announce(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDOUT_FILENO, line, line.count)
    }
}
