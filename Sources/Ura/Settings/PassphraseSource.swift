import KeyVault

/// Where a role's passphrase comes from: `passphraseFile` (a service credential) or `passphraseDescriptor` (a number above 2).
enum PassphraseSource {
    static func read(_ section: SettingsSection, _ folder: SettingsFolder) throws(SettingsError) -> Passphrase.Source {
        let file = try section.optionalString("passphraseFile")
        if section.has("passphraseDescriptor") {
            guard file == nil else { throw section.error("passphraseDescriptor", "cannot stand beside passphraseFile") }
            return .fileDescriptor(Int32(try section.integer("passphraseDescriptor", in: 3...1023)))
        }
        guard let file else { throw section.error("passphraseFile", "is missing") }
        return .file(folder.resolve(file))
    }
}
