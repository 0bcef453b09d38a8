import ArchiveSamples
import Foundation
import GlobalConfiguration
import MessageLog
import PKI
import Storage
import Synchronization
import TestSupport
import XRoadModel

/// A folder to archive into, and what the runs reported.
final class ArchiveTestFolder: Sendable {
    let folder: TemporaryFolder
    private let reports = Mutex<[ArchiveProgress]>([])

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.url.path }
    var archives: String { path + "/archive" }

    func file(_ name: String) -> String { "\(archives)/\(name)" }

    func archiver(
        _ source: any ArchiveSource, _ settings: ArchiverSettings = ArchiverSettings(), encryption: ArchiveEncryption? = nil,
        transfer: (any ArchiveTransfer)? = nil, release: (any ContentRelease)? = nil
    ) throws -> Archiver {
        Archiver(
            source: source,
            store: try ArchiveFolder(path: archives, encryption: encryption, configurations: try configurations),
            ledger: ArchiveLedgerFile(folder: path), transfer: transfer, release: release, settings: settings,
            report: { [self] progress in reports.withLock { $0.append(progress) } })
    }

    var configurations: ConfigurationFolder { get throws { try ConfigurationFolder(path: path + "/configuration") } }

    @discardableResult
    func run(
        _ source: any ArchiveSource, _ settings: ArchiverSettings = ArchiverSettings(), encryption: ArchiveEncryption? = nil
    ) async throws -> ArchiveSummary {
        try await archiver(source, settings, encryption: encryption).run(at: SampleEntries.firstTime)
    }

    var state: ArchiveState { get async throws { try await ArchiveLedgerFile(folder: path).load() } }

    /// In the order of their names.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: archives).filter { $0 != "lock" }.sorted() }
    }

    /// In the order in which they were written.
    var written: [String] {
        reports.withLock { $0.compactMap { if case .archived(let file, _, _, _) = $0 { file } else { nil } } }
    }

    /// In words; the reports of finished archives and runs are left out.
    var troubles: [String] {
        reports.withLock { reports in
            reports.compactMap { report in
                switch report {
                case .stopped(let group, let failure): "stopped \(group): \(failure)"
                case .contradiction(let record, let part): "\(record): \(part)"
                case .configurationMissing(let hash): "missing configuration \(hash)"
                case .notTransferred(let file, let failure): "not transferred \(file): \(failure)"
                default: nil
                }
            }
        }
    }

    static func settings(_ grouping: ArchiveGrouping = .none, maximumBytes: UInt64 = 32 << 20) -> ArchiverSettings {
        var settings = ArchiverSettings()
        settings.grouping = grouping
        settings.limits.maximumBytes = maximumBytes
        return settings
    }
}

/// What X-Road's verifier of archives does (messagelog-archive-verifier), by Python's `zipfile`: the first argument is the digest before
/// (`-f` at the first), then archives in order. Prints for each the entries' names, at the end the last digest.
enum LinkingReferee {
    static let script = """
        import hashlib, sys, zipfile
        previous, before = ('' if sys.argv[1] == '-f' else sys.argv[1]), '-'
        for path in sys.argv[2:]:
            archive = zipfile.ZipFile(path)
            assert archive.testzip() is None
            lines = archive.read('linkinginfo').decode().split('\\n')
            digest, name, algorithm = lines[0].split(' ')
            assert ('' if digest == '-' else digest) == previous, 'previous digest'
            assert before in ('-', name), 'previous name'
            expected = dict(reversed(line.split(' ')) for line in lines[1:-1])
            hash = lambda data: hashlib.new(algorithm.replace('-', ''), data).hexdigest()
            found = [entry for entry in archive.namelist() if entry.endswith('.asice')]
            assert set(found) == set(expected) and len(found) == len(lines) - 2, 'names'
            for entry in found:
                previous = hash((previous + hash(archive.read(entry))).encode())
                assert previous == expected[entry], entry
            before = path.split('/')[-1]
            assert before.split('.')[0].endswith(previous[:16]), 'name'
            print(' '.join(found))
        print(previous)
        """

    /// Nil with what is wrong, else the entries of all archives.
    static func entries(_ archives: [String]) throws -> (entries: [String], lastDigest: String)? {
        let result = try runTool("python3", ["-c", script, "-f"] + archives)
        guard result.status == 0 else {
            print(result.errors)
            return nil
        }
        let lines = result.text.split(separator: "\n").map(String.init)
        return (lines.dropLast().flatMap { $0.split(separator: " ").map(String.init) }, lines.last ?? "")
    }
}

/// The archives of each chain in a folder, as each names the one before it, checked by `LinkingReferee`.
enum ChainReferee {
    private static let script = """
        import sys, zipfile
        folder, renamed = sys.argv[1], dict(word.split('=') for word in sys.argv[3:])
        chain, name = [], sys.argv[2]
        while name != '-':
            chain.append(name)
            path = folder + '/' + renamed.get(name, name)
            name = zipfile.ZipFile(path).read('linkinginfo').decode().split('\\n')[0].split(' ')[1]
        print(' '.join(reversed(chain)))
        """

    struct Broken: Error { let reason: String }

    static func archives(in folder: String, _ state: ArchiveState) throws -> [[String]] {
        try state.groups.values.map { group in
            // What the state counts may still have its temporary name.
            let publication = state.publication.map { ["\($0.name)=\($0.temporaryName)"] } ?? []
            let isPublished =
                publication.isEmpty || FileManager.default.fileExists(atPath: "\(folder)/\(state.publication?.name ?? "")")
            let result = try runTool("python3", ["-c", script, folder, group.link.fileName] + (isPublished ? [] : publication))
            guard result.status == 0 else { throw Broken(reason: result.errors) }
            let chain = result.text.split { $0 == " " || $0 == "\n" }.map(String.init)
            let published = chain.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
            guard try published.isEmpty || (LinkingReferee.entries(published.map { "\(folder)/\($0)" })) != nil else {
                throw Broken(reason: "\(chain)")
            }
            return chain
        }
    }
}
