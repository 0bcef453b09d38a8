package struct ArchiverSettings: Hashable, Sendable {
    package var grouping = ArchiveGrouping.none
    package var limits = ArchiveLimits()
    /// A run begins when so much time has passed since the last one, or when so many bytes wait.
    package var intervalSeconds = 6 * 3600
    package var waitingBytes = 32 << 20
    /// How often it is looked whether so many bytes wait.
    package var checkSeconds = 60
    /// After a run that could not do everything, or a transfer that failed.
    package var retrySeconds = 600
    /// Archived contents stay in the log for so long.
    package var keepDays = 30
    /// Files are removed once they were transferred.
    package var removesTransferred = false
    /// Numbers that are held in memory at once.
    package var windowNumbers = 100_000

    package init() {}
}

/// What a run tells while it goes on.
package enum ArchiveProgress: Sendable {
    case archived(file: String, records: Int, bytes: UInt64, through: Int64)
    /// The group's later records wait for another run.
    case stopped(group: String, MessageLogFailure)
    /// A stored part is not what the record's leaf says it was; it is archived as it is.
    case contradiction(record: String, part: String)
    case configurationMissing(hash: String)
    case transferred(file: String)
    case notTransferred(file: String, MessageLogFailure)
    case released(records: Int)
    case finished(ArchiveSummary)
}

/// What a run has done.
package struct ArchiveSummary: Hashable, Sendable {
    package var files = 0
    package var records = 0
    package var stoppedGroups = 0
    package var waitingTransfers = 0
    /// The last entry that could be archived when the run looked.
    package var through: Int64 = 0

    /// Whether there is nothing to be tried again.
    package var isComplete: Bool { stoppedGroups == 0 && waitingTransfers == 0 }

    package init() {}
}
