import Foundation
import GlobalConfiguration
import MessageLog
import Storage
import XRoadModel

/// Where operations on the log are carried out: in the server that has it open, or in a command that opened it for the moment.
struct LogDesk: Sendable {
    let journal: SQLiteJournal
    let folder: StateFolder
    /// As they are now.
    let settings: @Sendable () -> SecurityServerSettings
    let now: @Sendable () -> Instant

    /// An event with who asked for it.
    func event(_ kind: String, _ statement: [String: String], by caller: Caller) -> LogEvent {
        LogEvent(kind: kind, statement: statement.merging(caller.fields) { $1 }, time: now())
    }
}

extension Caller {
    /// As events name them.
    var fields: [String: String] {
        var fields = ["uid": String(user)]
        fields["login-uid"] = login.map { String($0) }
        return fields
    }
}

extension StateFolder {
    /// Whether messages are time-stamped here: the global configuration approves an authority, or did when the log's were stamped.
    func hasTimestamps(_ reader: SQLiteLogReader) async throws -> Bool {
        if try await reader.lastTimestamped() > 0 { return true }
        guard FileManager.default.fileExists(atPath: configuration + "/current") else { return false }
        let bundle = try ConfigurationFolder.read(configuration)
        guard let part = bundle.part(.sharedParameters, of: bundle.instance) else { return false }
        return try !SharedParameters(reading: part.bytes, version: part.version).approvedTSAs.isEmpty
    }
}
