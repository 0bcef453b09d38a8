import Foundation
import Logging
import ServiceLifecycle
import Storage

/// The one folder that a security server writes to; nobody else may look into it.
struct StateFolder {
    let path: String
    var log: String { path + "/log" }
    var configuration: String { path + "/configuration" }
    /// Where the running server takes commands.
    var controlSocket: String { path + "/control" }

    /// For commands, which make nothing.
    init(existing path: String) { self.path = path }

    init(_ path: String) throws {
        self.path = path
        for folder in [path, path + "/log", path + "/configuration"] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }
}

/// Closes the journal after everything that writes to it has ended.
struct JournalService: Service {
    let journal: SQLiteJournal

    func run() async throws {
        try? await gracefulShutdown()
        await journal.close()
    }
}
