import ArgumentParser
import Storage

/// Each subcommand stands in a file of its own beside this one.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "What a security server has kept.",
        subcommands: [
            LogListCommand.self, LogExportCommand.self, LogApproveCommand.self,
        ])
}

/// Opens a log for reading while its server may be running.
enum LogReader {
    static func open(_ settings: String) throws -> SQLiteLogReader {
        try SQLiteLogReader(folder: StateFolder(existing: SecurityServerSettings.load(settings).stateFolder).log)
    }
}
