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

    // Something is broken.
    /// The database would lose committed records in a power cut.
    case notDurable(path: String, setting: String)
    /// The database file is unchanged; `copy` is what it was before.
    case migrationFailed(path: String, copy: String, detail: String)
}
