import MessageLog
import Storage

/// Finds records in a folder of archives and opens them with the keys of the vault.
struct ArchivedRecords {
    let folder: String
    /// gpg's folder with the secret key, for encrypted archives.
    let gpgHome: String?
    let keys: RecordKeys

    /// Its bodies are in memory.
    func open(_ name: String) throws -> LoggedRecord {
        var unread = 0
        for file in try ArchiveFiles.names(in: folder) {
            guard let input = try ArchiveFiles.open(file, in: folder, gpgHome: gpgHome) else {
                unread += 1
                continue
            }
            var reader = ArchiveReader(input, vault: ArchiveVault(keys: keys, keepsBodies: true))
            if let record = try reader.find(name) { return try record.open(with: keys) }
        }
        let encrypted = unread == 0 ? "" : "; \(unread) encrypted archives were not looked into: name --gpg-home"
        throw CommandFailure("no archive in \(folder) has record \(name)\(encrypted)")
    }
}
