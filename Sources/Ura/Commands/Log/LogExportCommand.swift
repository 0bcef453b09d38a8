import ArgumentParser
import Foundation
import MessageLog
import Storage

struct LogExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "export", abstract: "Writes records as ASiC-E containers.")
    @Option(help: "Settings file of the security server.") var settings: String
    @Option(help: "Name of the record, as the list gives it.") var id: String?
    @Option(help: "Container to write.") var out: String?
    @Flag(help: "Every record.") var all = false
    @Option(help: "Folder for --all: one container per record.") var folder: String?

    func validate() throws {
        guard all ? (id == nil && out == nil && folder != nil) : (id != nil && out != nil && folder == nil) else {
            throw ValidationError("name --id and --out, or --all and --folder")
        }
    }

    func run() async throws {
        let reader = try LogReader.openContent(settings)
        if let id, let out { return try FileBytes.write(try await Self.container(id, reader), to: out) }
        guard let folder else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for entry in try await reader.list(LogFilter(), limit: .max) where entry.erasedBy == nil {
            let name = entry.identifier.name
            try FileBytes.write(try await Self.container(name, reader), to: "\(folder)/\(name).asice")
        }
    }

    /// Without a time-stamp, until one covers the record, the signer's own time and the OCSP response say when.
    private static func container(_ name: String, _ reader: SQLiteLogReader) async throws -> [UInt8] {
        try LogExport.container(of: await reader.record(named: name))
    }
}
