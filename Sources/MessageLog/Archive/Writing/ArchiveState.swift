/// What the archiver knows of what it has done. Kept as one file that is replaced as a whole.
package struct ArchiveState: Hashable, Sendable, Codable {
    package struct Group: Hashable, Sendable, Codable {
        /// Every entry of the group up to this number is in a published archive.
        package var lastNumber: Int64
        package var link: ArchiveLink

        package init(lastNumber: Int64, link: ArchiveLink) {
            self.lastNumber = lastNumber
            self.link = link
        }
    }

    package struct Publication: Hashable, Sendable, Codable {
        package let temporaryName: String
        package let name: String
    }

    /// How the entries after `archivedThrough` that are archived already were grouped; nil before the first run.
    package var grouping: ArchiveGrouping?
    /// Every entry of every group up to this number is in an archive.
    package var archivedThrough: Int64 = 0
    /// By `ArchiveGroup.name`.
    package var groups: [String: Group] = [:]
    /// The contents of messages up to this number have left the log.
    package var releasedThrough: Int64 = 0
    /// When a run last ended, in milliseconds since 1970; nil before the first.
    package var lastRun: Int64?
    /// A whole archive that counts as written but may not yet have its name.
    package var publication: Publication?
    /// Files that the transfer has not taken yet, the oldest first.
    package var untransferred: [String] = []
    /// A file that was transferred and may still have to be removed.
    package var removal: String?
    /// Hashes of the configurations that were put beside the archives, the latest last.
    package var configurations: [String] = []

    package static let maximumConfigurations = 1000

    package init() {}
}
