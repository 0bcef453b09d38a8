import ArgumentParser
import Foundation
import GlobalConfiguration
import MessageLog
import PKI
import Storage

struct LogExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes records as ASiC-E containers; the log gets an entry about it first.",
        discussion: """
            Where the settings name operators, an export needs a case and an operator's signature. Records whose content was erased are
            left out and counted.
            """)

    @Option(help: "Settings file of the security server.") var settings: String
    @Option(name: .customLong("case"), help: "Name of the case.") var matter: String?
    @OptionGroup var selection: SelectionOptions
    @Option(help: "Container to write, for one --id.") var out: String?
    @Flag(help: "Every record.") var all = false
    @Option(help: "Folder for containers, one for each record, and their list.") var folder: String?
    @Flag(help: "Also write the global configurations to verify by, in the folder configuration beside the containers.")
    var withConfiguration = false
    @OptionGroup var asker: OperatorOptions

    func validate() throws {
        guard (out == nil) != (folder == nil) else { throw ValidationError("name --out for one record, or --folder") }
        guard out == nil || selection.names.count == 1 else { throw ValidationError("--out goes with one --id") }
        guard all == (try selection.selection()).isUnlimited else {
            throw ValidationError("name what to export: --id, --from, --before, --client, --service, or --all")
        }
    }

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        let reader = try LogReader.openContent(settings)
        var chosen: [LoggedEntry] = []
        try await reader.forEach(selection.selection()) { chosen.append($0) }
        guard !chosen.isEmpty else { throw CommandFailure("no record is selected") }
        let erased = chosen.filter { $0.erasedBy != nil }
        chosen.removeAll { $0.erasedBy != nil }
        try await journal(chosen, settings)
        let place = ExportPlace(
            file: out, folder: folder, configurations: StateFolder(existing: settings.stateFolder).configuration)
        for entry in chosen.reversed() {
            try place.write(await reader.record(named: entry.identifier.name), withConfiguration: withConfiguration)
        }
        print("exported \(chosen.count) records" + (erased.isEmpty ? "" : ", left out \(erased.count) that were erased"))
        if chosen.isEmpty { throw ExitCode(1) }
    }

    /// In entries that name no more records than one event may.
    private func journal(_ chosen: [LoggedEntry], _ settings: SecurityServerSettings) async throws {
        let matter = try matter.map { try CommandText.matter($0).description }
        for piece in RecordRanges(chosen.map(\.identifier.number)).pieces(of: RecordAccess.rangesOfEvent) {
            var request = ["records": "\(piece)"]
            request["case"] = matter
            _ = try await settings.perform(RecordAccess(kind: .export, request: request, proof: asker.proof(of: request)))
        }
    }
}

/// Where containers go, and what is written beside them.
struct ExportPlace {
    let file: String?
    let folder: String?
    /// The server's folder of kept configurations.
    let configurations: String

    func write(_ logged: LoggedRecord, withConfiguration: Bool) throws {
        let place = try file ?? container(of: logged)
        try FileBytes.write(LogExport.container(of: logged), to: place)
        guard withConfiguration else { return }
        guard let hash = ConfigurationHash(hexadecimal: Hexadecimal.encode(logged.record.configurationHash)) else {
            throw CommandFailure("record \(logged.identifier.name) refers to no configuration")
        }
        let beside = URL(fileURLWithPath: place).deletingLastPathComponent().appendingPathComponent("configuration")
        try ConfigurationFolder.copy(hash, from: configurations, to: beside.appendingPathComponent(hash.description).path)
    }

    private func container(of logged: LoggedRecord) throws -> String {
        guard let folder else { throw CommandFailure("no place for record \(logged.identifier.name)") }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return "\(folder)/\(logged.identifier.name).asice"
    }
}
