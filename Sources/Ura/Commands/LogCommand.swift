import ArgumentParser
import Foundation
import MessageLog
import Storage
import XRoadModel

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "What a security server has kept.", subcommands: [List.self, Export.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists records, the newest first.")
        @Option(help: "Settings file of the security server.") var settings: String
        @Option(help: "At most so many.") var limit = 50
        @Flag(help: "One JSON object per line.") var json = false

        func run() async throws {
            let entries = try await LogReader.open(settings).list(LogFilter(), limit: limit)
            if json {
                for entry in entries { print(try entry.json) }
            } else {
                print(LoggedEntry.heading)
                for entry in entries { print(entry.line) }
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Writes records as ASiC-E containers.")
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
            let reader = try LogReader.open(settings)
            if let id, let out { return try FileBytes.write(try await Self.container(id, reader), to: out) }
            guard let folder else { return }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for entry in try await reader.list(LogFilter(), limit: .max) {
                let name = entry.identifier.name
                try FileBytes.write(try await Self.container(name, reader), to: "\(folder)/\(name).asice")
            }
        }

        /// Without a time-stamp: the signer's own time and the OCSP response say when.
        private static func container(_ name: String, _ reader: SQLiteLogReader) async throws -> [UInt8] {
            try LogExport.container(of: await reader.record(named: name))
        }
    }
}

/// Opens a log for reading while its server may be running.
enum LogReader {
    static func open(_ settings: String) throws -> SQLiteLogReader {
        try SQLiteLogReader(folder: StateFolder(SecurityServerSettings.load(settings).stateFolder).log)
    }
}

extension LoggedEntry {
    static let heading =
        "TIME                      SIDE      DIRECTION  KIND  BYTES     RECORD                                CLIENT -> SERVICE"

    var line: String {
        func pad(_ text: String, _ width: Int) -> String {
            text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
        }
        return [
            pad("\(entry.time)", 25), pad(entry.side.rawValue, 9), pad(entry.direction.rawValue, 10), pad(entry.kind.rawValue, 5),
            pad("\(byteCount)", 9), pad(identifier.name, 37), "\(entry.client) -> \(entry.service)",
        ].joined(separator: " ")
    }

    var json: String {
        get throws {
            let fields: [String: String] = [
                "id": identifier.name, "time": "\(entry.time)", "side": entry.side.rawValue,
                "direction": entry.direction.rawValue,
                "kind": entry.kind.rawValue, "requestIdentifier": entry.requestIdentifier,
                "messageIdentifier": entry.messageIdentifier,
                "client": "\(entry.client)", "service": "\(entry.service)", "bytes": "\(byteCount)",
            ]
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(fields), as: UTF8.self)
        }
    }
}
