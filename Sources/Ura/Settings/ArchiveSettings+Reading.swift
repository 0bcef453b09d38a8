import MessageLog

extension SecurityServerSettings {
    /// Archives of the message log (`contracts/archive.md`).
    struct Archive: Hashable {
        struct Encryption: Hashable {
            /// Folder of public keys.
            let keys: String
            /// `gpg`.
            let program: String
        }

        struct Transfer: Hashable {
            let command: [String]
            let timeoutSeconds: Int
        }

        let folder: String
        let archiver: ArchiverSettings
        let encryption: Encryption?
        let transfer: Transfer?
    }
}

extension SecurityServerSettings.Archive {
    init(_ section: SettingsSection, _ folder: SettingsFolder) throws(SettingsError) {
        self.folder = folder.resolve(try section.string("folder"))
        var archiver = ArchiverSettings()
        archiver.grouping = try section.choice("grouping", default: archiver.grouping)
        archiver.intervalSeconds = try section.integer(
            "intervalSeconds", default: archiver.intervalSeconds, in: 60...604_800)
        archiver.waitingBytes = try section.integer("waitingBytes", default: archiver.waitingBytes, in: (1 << 20)...(1 << 40))
        archiver.limits.maximumBytes = UInt64(
            try section.integer("maximumBytes", default: Int(archiver.limits.maximumBytes), in: (1 << 20)...(1 << 31)))
        archiver.keepDays = try section.integer("keepDays", default: archiver.keepDays, in: 0...36_500)
        encryption = try section.optionalSection("encryption").map { section throws(SettingsError) in
            Encryption(
                keys: folder.resolve(try section.string("keys")),
                program: folder.resolve(try section.optionalString("program") ?? "/usr/bin/gpg"))
        }
        transfer = try section.optionalSection("transfer").map { section throws(SettingsError) in
            let command = try section.strings("command")
            guard command.first?.hasPrefix("/") == true else {
                throw section.error("command", "must be a list whose first word is the absolute path of a program")
            }
            archiver.removesTransferred = try section.boolean("removeTransferred", default: false)
            return Transfer(
                command: command, timeoutSeconds: try section.integer("timeoutSeconds", default: 600, in: 1...86_400))
        }
        self.archiver = archiver
    }
}
