import Logging
import MessageLog
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Reads the settings again while the server runs, on SIGHUP or by command. Connections and exchanges in flight go on.
final class SettingsReload: Service {
    private let path: String
    private let server: AdjustableServer
    private let events: any EventJournal
    private let hangups: UnixSignalsSequence
    private let log: Logger
    private let settings: Mutex<SecurityServerSettings>

    init(
        path: String, settings: SecurityServerSettings, server: AdjustableServer, events: any EventJournal,
        hangups: UnixSignalsSequence, log: Logger
    ) {
        self.path = path
        self.server = server
        self.events = events
        self.hangups = hangups
        self.log = log
        self.settings = Mutex(settings)
    }

    /// What holds now.
    var current: SecurityServerSettings { settings.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.hangups {
                do { try await self.reload(by: nil) } catch {
                    self.log.error("settings not reloaded; the old ones stay", metadata: ["reason": "\(error)"])
                }
            }
        }
    }

    /// The names of the settings that changed. A mistake in the file, or a change that needs a restart, is thrown and changes
    /// nothing. `caller`: nil for a signal, which names nobody.
    @discardableResult
    func reload(by caller: Caller?) async throws -> [String] {
        let changed = try takeUp()
        log.info("settings reloaded", metadata: ["changed": "\(changed.joined(separator: ", "))"])
        if !changed.isEmpty {
            var statement = caller?.fields ?? [:]
            statement["changed"] = changed.joined(separator: ",")
            _ = try await events.record(LogEvent(kind: "settings", statement: statement, time: SystemEnvironment().now()))
        }
        return changed
    }

    private func takeUp() throws -> [String] {
        try settings.withLock { old in
            let new = try SecurityServerSettings.load(path)
            _ = try new.loadOperators()
            let fixed = SecurityServerSettings.fixed.filter { !$0.isSame(old, new) }.map(\.key)
            guard fixed.isEmpty else { throw RestartNeeded(file: path, keys: fixed) }
            let changed = SecurityServerSettings.live.filter { !$0.isSame(old, new) }.map(\.key)
            try server.change(from: old, to: new)
            old = new
            return changed
        }
    }
}

/// Settings were changed that a running server cannot take up.
struct RestartNeeded: Error, CustomStringConvertible {
    let file: String
    let keys: [String]

    var description: String {
        "\(file): \(keys.joined(separator: ", ")) cannot change while the server runs; nothing was taken up, restart it instead"
    }
}

/// `ura security-server reload`.
struct ReloadSettings: ControlRequest {
    static let path = "/settings/reload"

    struct Answer: Codable {
        let changed: [String]
    }
}
