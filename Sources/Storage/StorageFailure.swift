/// Why a store cannot be opened.
package enum StorageFailure: Error, Equatable, Sendable {
    // The operator's to fix.
    /// Other users of the machine could read the folder or file.
    case notPrivate(path: String, mode: String)
    /// Another process writes here.
    case inUse(path: String)
    /// Written by a newer version of Ura.
    case newerSchema(path: String, found: Int, supported: Int)
    /// Written by an older version and not yet migrated, which opening for writing does.
    case olderSchema(path: String, found: Int, supported: Int)
    case cannotOpen(path: String, detail: String)
    case wrongPassphrase(path: String)
    /// The log's content was sealed with the keys of another key store, or its own is gone.
    case foreignKeys(path: String, log: String)

    // Something is broken.
    /// The database would lose committed records in a power cut.
    case notDurable(path: String, setting: String)
    /// The database would not overwrite what is deleted.
    case keepsDeleted(path: String, setting: String)
    /// Entries or hashes of the log's tree are missing: what is appended could not be proven.
    case damaged(path: String, detail: String)
    /// The database file is unchanged; `copy` is what it was before.
    case migrationFailed(path: String, copy: String, detail: String)
}
