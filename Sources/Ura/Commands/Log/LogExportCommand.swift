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
            Where the settings name operators, an export needs a case and an operator's signature. Records whose content was erased, or \
            has left the log for the archives, are left out and counted.
            """)

    @Option(help: "Settings file of the security server.") var settings: String
    @Option(name: .customLong("case"), help: "Name of the case.") var matter: String?
    @OptionGroup var selection: SelectionOptions
    @Option(help: "Container to write, for one --id.") var out: String?
    @Flag(help: "Every record.") var all = false
    @Option(help: "Folder for containers, one for each record, and their list.") var folder: String?
    @Flag(help: "Also write the global configurations to verify by, in the folder configuration beside the containers.")
    var withConfiguration = false
    @Option(help: "Takes the records, named by --id, out of the archives in this folder, and not out of the log.") var archive:
        String?
    @Option(help: "gpg's folder with the secret key of encrypted archives.") var gpgHome: String?
    @OptionGroup var asker: OperatorOptions

    func validate() throws {
        guard archive == nil || selection.isOfNamesOnly else { throw ValidationError("--archive goes with --id") }
        guard (out == nil) != (folder == nil) else { throw ValidationError("name --out for one record, or --folder") }
        guard out == nil || selection.names.count == 1 else { throw ValidationError("--out goes with one --id") }
        guard all == (try selection.selection()).isUnlimited else {
            throw ValidationError("name what to export: --id, --from, --before, --client, --service, or --all")
        }
    }

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        let place = ExportPlace(
            file: out, folder: folder, configurations: StateFolder(existing: settings.stateFolder).configuration)
        if let archive { return try await export(fromArchives: archive, to: place, settings) }
        let reader = try LogReader.openContent(settings)
        var chosen: [LoggedEntry] = []
        try await reader.forEach(selection.selection()) { chosen.append($0) }
        guard !chosen.isEmpty else { throw CommandFailure("no record is selected") }
        let erased = chosen.filter { $0.erasedBy != nil }
        chosen.removeAll { $0.erasedBy != nil }
        try await journal(chosen.map(\.identifier.number), settings)
        var released = 0
        for entry in chosen.reversed() {
            do {
                try place.write(
                    await reader.record(named: entry.identifier.name), withConfiguration: withConfiguration)
            } catch MessageLogFailure.contentReleased { released += 1 }
        }
        print(
            "exported \(chosen.count - released) records" + (erased.isEmpty ? "" : ", left out \(erased.count) that were erased")
                + (released == 0 ? "" : ", left out \(released) that are in the archives only"))
        if chosen.count == released { throw ExitCode(1) }
    }

    private func export(
        fromArchives archive: String, to place: ExportPlace, _ settings: SecurityServerSettings
    ) async throws {
        let log = try LogReader.open(settings).logIdentifier
        let numbers = try selection.names.map { name in
            guard let number = RecordIdentifier.number(in: name, ofLog: log) else {
                throw CommandFailure("\(name) is no name of a record of this log")
            }
            return number
        }
        try await journal(numbers, settings)
        let records = ArchivedRecords(folder: archive, gpgHome: gpgHome, keys: try LogReader.openKeys(settings))
        for name in selection.names { try place.write(records.open(name), withConfiguration: withConfiguration) }
        print("exported \(selection.names.count) records")
    }

    /// In entries that name no more records than one event may.
    private func journal(_ numbers: [Int64], _ settings: SecurityServerSettings) async throws {
        let matter = try matter.map { try CommandText.matter($0).description }
        for piece in RecordRanges(numbers).pieces(of: RecordAccess.rangesOfEvent) {
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
