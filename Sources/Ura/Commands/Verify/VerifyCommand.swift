import ArgumentParser
import Foundation
import GlobalConfiguration
import MessageLog
import SignedDocuments
import Storage
import XRoadModel

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verifies signed containers, and archives of a message log, offline against stored global configurations.",
        discussion: """
            Exit status: 0 all passed, 1 one failed, 2 one indeterminate, 64 wrong use or something that cannot be read. The \
            form of --json is contracts/verification-report.schema.json for containers and records, \
            contracts/archive-report.schema.json for archives.
            """)

    @Argument(help: "Containers (ASiC-E), or folders of archives.")
    var containers: [String]

    @Option(help: "Folder with global configurations, ours or an X-Road security server's. A folder of archives has its own.")
    var configuration: String?

    @Option(help: "Anchor file: configurations are then verified from it on. Otherwise they are trusted as given.")
    var anchor: String?

    @Option(help: "Hash of the configuration to judge by, where not the one that was in force at each container's time.")
    var configurationHash: String?

    @Option(help: "Instance, where the folder does not say.")
    var instance: String?

    @OptionGroup(title: "Archives") var archives: ArchiveOptions

    @Flag(help: "One JSON report per line.")
    var json = false

    func validate() throws {
        guard configuration != nil || containers.allSatisfy(Self.isFolder) else {
            throw ValidationError("containers need --configuration")
        }
    }

    func run() throws {
        var indications: Set<VerificationReport.Indication> = []
        var unreadable: ExitCode?
        do {
            let verifier = try configuration.map { try containerVerifier($0) }
            for path in containers {
                do {
                    if Self.isFolder(path) {
                        indications.formUnion(try archives.verify(path, configurations: configurations(of: path), json: json))
                    } else if let verifier {
                        indications.insert(try verify(path, verifier))
                    }
                } catch let failure as CommandFailure { unreadable = Self.cannotRead("\(failure)") }
            }
        } catch { throw Self.cannotRead("\(error)") }
        if let unreadable { throw unreadable }
        if indications.contains(.totalFailed) { throw ExitCode(1) }
        if indications.contains(.indeterminate) { throw ExitCode(2) }
    }

    private func verify(_ path: String, _ verifier: ContainerVerifier) throws -> VerificationReport.Indication {
        var report = verifier.verify(try ContainerFile.read(path))
        report.subject = path
        print(json ? String(decoding: try report.json(), as: UTF8.self) : "\(path)\n\(report.text)")
        return report.indication
    }

    private func containerVerifier(_ folder: String) throws -> ContainerVerifier {
        let configurations = try configurations(in: folder)
        let trust: @Sendable (Instant) throws(ConfigurationRefused) -> RecordTrust
        if let configurationHash {
            guard let hash = ConfigurationHash(hexadecimal: configurationHash) else {
                throw CommandFailure("--configuration-hash is not 64 lower-case hexadecimal digits")
            }
            trust = { _ throws(ConfigurationRefused) in try configurations.trust(of: hash) }
        } else {
            trust = { instant throws(ConfigurationRefused) in try configurations.trust(at: instant) }
        }
        return ContainerVerifier(RecordVerifier(trust: trust, sender: MessageSender.member(of:)))
    }

    /// Those that stand beside the archives, where no others are named. An archive without any can still be compared with itself.
    private func configurations(of archives: String) throws -> Result<EvidenceConfigurations, ConfigurationRefused> {
        if let configuration { return .success(try configurations(in: configuration)) }
        do { return .success(try configurations(in: archives)) } catch let failure as ConfigurationFailure {
            return .failure(ConfigurationRefused(reason: "\(archives) has no configurations: \(failure)"))
        }
    }

    private func configurations(in folder: String) throws -> EvidenceConfigurations {
        let anchor = try anchor.map { try ConfigurationAnchor(reading: try FileBytes.read($0)) }
        return try EvidenceConfigurations(folder: folder, instance: instance, anchor: anchor, now: SystemEnvironment().now())
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func cannotRead(_ reason: String) -> ExitCode {
        FileHandle.standardError.write(Data("Error: \(reason)\n".utf8))
        return .validationFailure
    }
}

/// What is known of archives besides themselves.
struct ArchiveOptions: ParsableArguments {
    @Option(help: "Settings file of the security server whose archives they are: opens the records, and tells the last archives.")
    var settings: String?

    @Option(help: "Name of the last archive of a chain, as you know it from elsewhere. Repeatable.")
    var last: [String] = []

    @Option(help: "Last digest of an archive that is not in the folder any more. Repeatable.")
    var after: [String] = []

    @Option(help: "gpg's folder with the secret key of encrypted archives.")
    var gpgHome: String?

    @Flag(help: "The report of each record, and not only of those that failed.")
    var records = false

    func validate() throws {
        for name in last where Self.link(name) == nil { throw ValidationError("--last: “\(name)” is no name of an archive") }
    }

    func verify(
        _ folder: String, configurations: Result<EvidenceConfigurations, ConfigurationRefused>, json: Bool
    ) throws -> Set<VerificationReport.Indication> {
        let settings = try settings.map { try SecurityServerSettings.load($0) }
        let ends = try settings.map { settings in
            try ArchiveLedgerFile(folder: StateFolder(existing: settings.stateFolder).log).read().groups.values.map(\.link)
        }
        let named = last.compactMap(Self.link)
        var check = ArchiveFolderCheck(
            folder: folder, configurations: configurations, vault: try settings.map { try LogReader.openKeys($0) },
            gpgHome: gpgHome, writesRecords: records, output: ArchiveReportOutput(json: json))
        return try check.run(
            expectedEnds: ends == nil && named.isEmpty ? nil : (ends ?? []) + named, earlier: Set(after))
    }

    /// The digits in the name stand for the digest.
    private static func link(_ name: String) -> ArchiveLink? {
        guard ArchiveName.isArchive(name), let digits = name.prefix(while: { $0 != "." }).split(separator: "-").last,
            digits.count == 16
        else { return nil }
        return ArchiveLink(digest: String(digits), fileName: name)
    }
}
