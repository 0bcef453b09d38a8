import KeyVault
import MessageLog

/// Everything `ura witness` is told; see `deploy/example/witness.yaml` for each key in its place.
struct WitnessSettings {
    let name: NoteName
    let stateFolder: String
    let passphrase: Passphrase.Source
    let key: String
    let listener: SecurityServerSettings.Listener
    let maximumConnections: Int
    let logs: [WitnessedLog]

    static func load(_ path: String) throws -> WitnessSettings {
        try FilePermissions.requirePrivate(path)
        let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        let folder = SettingsFolder(ofFile: path)
        return try SettingsSection.read(file: path, text: text) { root throws(SettingsError) in
            try WitnessSettings(root, folder: folder)
        }
    }

    init(_ root: SettingsSection, folder: SettingsFolder) throws(SettingsError) {
        name = try root.noteName("name")
        stateFolder = folder.resolve(try root.string("stateFolder"))
        passphrase = try PassphraseSource.read(root, folder)
        key = folder.resolve(try root.string("key"))
        listener = try SecurityServerSettings.Listener(root.section("listener"), port: 8095)
        maximumConnections = try root.integer("maximumConnections", default: 256, in: 1...10_000)
        var logs: [WitnessedLog] = []
        for section in try root.sections("logs") { logs.append(try WitnessedLog(section)) }
        for (index, log) in logs.enumerated() where logs[..<index].contains(where: { $0.origin == log.origin }) {
            throw root.error("logs", "names \(log.origin) twice")
        }
        guard !logs.isEmpty else { throw root.error("logs", "names no log to watch") }
        self.logs = logs
    }
}

extension WitnessedLog {
    /// `keys` are all that may sign the log's checkpoints now: two while the log changes its key.
    init(_ section: SettingsSection) throws(SettingsError) {
        let origin = try section.noteName("origin")
        var keys: [NoteVerifierKey] = []
        for text in try section.strings("keys") {
            let key = try section.verifierKey("keys", .note, from: text)
            guard key.name == origin else { throw section.error("keys", "names a key of \(key.name), not of \(origin)") }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw section.error("keys", "names no key") }
        self.init(origin: origin, keys: keys)
    }
}
