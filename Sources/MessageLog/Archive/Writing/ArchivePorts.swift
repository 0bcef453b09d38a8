import XRoadModel

/// Where the entries of archives come from: the log.
package protocol ArchiveSource: Sendable {
    /// The entries after `number` that can be archived, in order: those up to the last message that has a time-stamp.
    func archivable(after number: Int64, limit: Int) async throws(MessageLogFailure) -> [ArchivableNumber]

    /// What archives would grow by: bytes of the archivable entries after `number`, and the last one's number (or `number`).
    func waiting(after number: Int64) async throws(MessageLogFailure) -> (bytes: Int, last: Int64)

    func entry(_ number: Int64) async throws(MessageLogFailure) -> ArchivableEntry
}

/// Lets the log go of what archives hold.
package protocol ContentRelease: Sendable {
    /// Removes the contents (never leaf, evidence, signature, time-stamp or key) of the messages after `first`, up to `last`, as far as
    /// they are older than `time`. Gives the number of records that lost theirs, and the last entry that was looked at. The log has an
    /// entry about it.
    func releaseContent(
        after first: Int64, through last: Int64, before time: Instant, at now: Instant
    ) async throws(MessageLogFailure) -> (records: Int, through: Int64)
}

/// An entry that waits for its archive.
package struct ArchivableNumber: Hashable, Sendable {
    package let number: Int64
    /// The local client or provider of a message; nil of an event.
    package let client: ClientIdentifier?

    package init(number: Int64, client: ClientIdentifier?) {
        self.number = number
        self.client = client
    }
}

/// Where archives are written.
package protocol ArchiveStore: Sendable {
    /// Keeps other processes from archiving until `unlock`, or until this process ends. Fails where another one does.
    func lock() async throws(MessageLogFailure)
    func unlock() async

    /// Begins an archive under a temporary name, encrypted where the store encrypts. Fails where a recipient's key is missing.
    func create(for group: ArchiveGroup) async throws(MessageLogFailure) -> any ArchiveFile

    /// What names of archives end with: `.zip`, or `.zip.gpg`.
    var suffix: String { get }

    /// Gives a whole archive its name. Does nothing where it has it already.
    func publish(_ temporaryName: String, as name: String) async throws(MessageLogFailure)

    /// Removes every temporary file: what a died process left half-written.
    func removeUnfinished() async throws(MessageLogFailure)

    func remove(_ name: String) async throws(MessageLogFailure)

    /// Puts the global configuration with this hash beside the archives, unless it is there. Gives the file's name; nil where the
    /// configuration itself is not to be found.
    func keepConfiguration(_ hash: [UInt8]) async throws(MessageLogFailure) -> String?
}

/// An archive that is being written.
package protocol ArchiveFile: Sendable {
    var temporaryName: String { get }

    func write(_ bytes: [UInt8]) async throws(MessageLogFailure)

    /// Returns when the whole file would survive a loss of power, still under its temporary name.
    func finish() async throws(MessageLogFailure)

    /// Removes the file.
    func discard() async
}

/// Where the archiver's state is kept.
package protocol ArchiveLedger: Sendable {
    func load() async throws(MessageLogFailure) -> ArchiveState
    /// Returns when the state would survive a loss of power; until then the former one does.
    func save(_ state: ArchiveState) async throws(MessageLogFailure)
}

/// Takes finished files elsewhere.
package protocol ArchiveTransfer: Sendable {
    /// May be called again for a file that was taken already: a process can die between the two.
    func transfer(_ name: String) async throws(MessageLogFailure)
}
