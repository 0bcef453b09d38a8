import ArgumentParser
import KeyVault
import Storage

/// Each subcommand stands in a file of its own beside this one.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "What a security server has kept.",
        subcommands: [
            LogListCommand.self, LogExportCommand.self, LogApproveCommand.self, LogCheckCommand.self, LogProveCommand.self,
            LogConsistencyCommand.self, LogVerifyProofCommand.self, LogKeyCommand.self,
        ])
}

/// Opens a log for reading while its server may be running.
enum LogReader {
    static func open(_ settings: String) throws -> SQLiteLogReader {
        try SQLiteLogReader(folder: StateFolder(existing: SecurityServerSettings.load(settings).stateFolder).log, keys: nil)
    }

    /// With the keys of its content, which the settings' passphrase opens.
    static func openContent(_ settings: String) throws -> SQLiteLogReader {
        let settings = try SecurityServerSettings.load(settings)
        let folder = StateFolder(existing: settings.stateFolder).log
        let passphrase = try Passphrase.read(from: settings.passphrase)
        return try SQLiteLogReader(folder: folder, keys: RecordKeys(logFolder: folder, passphrase: passphrase.secret))
    }
}
