import KeyVault

/// Everything `ura central-server` is told, but for the registry, which is a file of its own.
struct CentralServerSettings {
    let passphrase: Passphrase.Source
    let listener: SecurityServerSettings.Listener
    /// Where configuration clients reach this server: goes into the anchor.
    let downloadURL: String
    let signing: SecurityServerSettings.KeyPair
    let registry: String
    let validitySeconds: Int
    let signingIntervalSeconds: Int

    static func load(_ path: String) throws -> CentralServerSettings {
        try FilePermissions.requirePrivate(path)
        let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        let folder = SettingsFolder(ofFile: path)
        return try SettingsSection.read(file: path, text: text) { root throws(SettingsError) in
            CentralServerSettings(
                passphrase: try PassphraseSource.read(root, folder),
                listener: try SecurityServerSettings.Listener(root.section("listener"), port: 8081),
                downloadURL: try root.string("downloadURL"),
                signing: try SecurityServerSettings.KeyPair(root.section("signing"), folder),
                registry: folder.resolve(try root.string("registry")),
                validitySeconds: try root.integer("validitySeconds", default: 600, in: 60...86_400),
                signingIntervalSeconds: try root.integer("signingIntervalSeconds", default: 60, in: 1...3600))
        }
    }
}
