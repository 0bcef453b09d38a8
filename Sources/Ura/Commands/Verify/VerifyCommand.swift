import ArgumentParser
import Foundation
import GlobalConfiguration
import SignedDocuments
import Storage
import XRoadModel

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verifies signed containers offline, against a stored global configuration.",
        discussion: """
            Exit status: 0 all passed, 1 one failed, 2 one indeterminate, 64 wrong use or something that cannot be read. The \
            form of --json is contracts/verification-report.schema.json.
            """)

    @Argument(help: "Containers (ASiC-E).")
    var containers: [String]

    @Option(help: "Folder with global configurations, ours or an X-Road security server's.")
    var configuration: String

    @Option(help: "Anchor file: configurations are then verified from it on. Otherwise they are trusted as given.")
    var anchor: String?

    @Option(help: "Hash of the configuration to judge by, where not the one that was in force at each container's time.")
    var configurationHash: String?

    @Option(help: "Instance, where the folder does not say.")
    var instance: String?

    @Flag(help: "One JSON report per line.")
    var json = false

    func run() throws {
        let verifier: ContainerVerifier
        do { verifier = ContainerVerifier(RecordVerifier(trust: try trust(), sender: MessageSender.member(of:))) } catch {
            throw Self.cannotRead("\(error)")
        }
        var indications: Set<VerificationReport.Indication> = []
        var unreadable: ExitCode?
        for path in containers {
            do {
                var report = verifier.verify(try ContainerFile.read(path))
                report.subject = path
                indications.insert(report.indication)
                try write(report, path)
            } catch let failure as CommandFailure { unreadable = Self.cannotRead("\(failure)") }
        }
        if let unreadable { throw unreadable }
        if indications.contains(.totalFailed) { throw ExitCode(1) }
        if indications.contains(.indeterminate) { throw ExitCode(2) }
    }

    private func trust() throws -> @Sendable (Instant) throws(ConfigurationRefused) -> RecordTrust {
        let anchor = try anchor.map { try ConfigurationAnchor(reading: try FileBytes.read($0)) }
        let configurations = try EvidenceConfigurations(
            folder: configuration, instance: instance, anchor: anchor, now: SystemEnvironment().now())
        guard let configurationHash else {
            return { instant throws(ConfigurationRefused) in try configurations.trust(at: instant) }
        }
        guard let hash = ConfigurationHash(hexadecimal: configurationHash) else {
            throw CommandFailure("--configuration-hash is not 64 lower-case hexadecimal digits")
        }
        return { _ throws(ConfigurationRefused) in try configurations.trust(of: hash) }
    }

    private func write(_ report: VerificationReport, _ path: String) throws {
        print(json ? String(decoding: try report.json(), as: UTF8.self) : "\(path)\n\(report.text)")
    }

    private static func cannotRead(_ reason: String) -> ExitCode {
        FileHandle.standardError.write(Data("Error: \(reason)\n".utf8))
        return .validationFailure
    }
}
