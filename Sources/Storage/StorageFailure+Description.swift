extension StorageFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notPrivate(let path, let mode):
            "\(path) can be read by others (mode \(mode)); nobody but its owner may look into it"
        case .inUse(let path): "\(path) is in use by another process"
        case .newerSchema(let path, let found, let supported):
            "\(path) was written by a newer version (schema \(found), this one reads up to \(supported))"
        case .olderSchema(let path, let found, let supported):
            "\(path) was written by an older version (schema \(found), this one reads \(supported)); start the server once to migrate it"
        case .cannotOpen(let path, let detail): "\(path) cannot be opened: \(detail)"
        case .wrongPassphrase(let path): "\(path) cannot be opened with this passphrase"
        case .foreignKeys(let path, let log):
            "\(path) does not hold the keys of the log \(log): put its own keys back, or begin a new log in another folder"
        case .notDurable(let path, let setting): "\(path) would lose records in a power cut: \(setting)"
        case .keepsDeleted(let path, let setting): "\(path) would keep what is deleted: \(setting)"
        case .damaged(let path, let detail): "\(path) is damaged: \(detail)"
        case .migrationFailed(let path, let copy, let detail):
            "\(path) could not be migrated: \(detail); what it was is in \(copy)"
        }
    }
}
