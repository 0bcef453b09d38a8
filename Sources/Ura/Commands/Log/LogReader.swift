import Foundation
import KeyVault
import Storage

/// Opens a log for reading while its server may be running.
enum LogReader {
    static func open(_ settings: String) throws -> SQLiteLogReader { try open(SecurityServerSettings.load(settings)) }

    static func open(_ settings: SecurityServerSettings) throws -> SQLiteLogReader {
        try SQLiteLogReader(folder: folder(settings), keys: nil)
    }

    /// With the keys of its content, which the settings' passphrase opens.
    static func openContent(_ settings: SecurityServerSettings) throws -> SQLiteLogReader {
        try SQLiteLogReader(folder: folder(settings), keys: openKeys(settings))
    }

    static func openKeys(_ settings: SecurityServerSettings) throws -> RecordKeys {
        let passphrase = try Passphrase.read(from: settings.passphrase)
        return try RecordKeys(logFolder: folder(settings), passphrase: passphrase.secret)
    }

    private static func folder(_ settings: SecurityServerSettings) throws -> String {
        let folder = StateFolder(existing: settings.stateFolder)
        guard FileManager.default.fileExists(atPath: folder.log) else {
            throw CommandFailure("there is no message log in \(folder.path)")
        }
        return folder.log
    }
}
