import PKI
import XRoadModel

/// One run of archiving: everything that can be archived now, group by group. The state is saved after each archive; a run that
/// ends early, however it ends, is continued by the next.
struct ArchiveRun {
    let source: any ArchiveSource
    let store: any ArchiveStore
    let ledger: any ArchiveLedger
    let settings: ArchiverSettings
    let report: @Sendable (ArchiveProgress) -> Void
    private(set) var state: ArchiveState
    private(set) var summary = ArchiveSummary()
    /// Groups that cannot be archived in this run, and the first number of each that was not.
    private var stopped: [ArchiveGroup: Int64] = [:]
    /// Those that were told of.
    private var missingConfigurations: Set<String> = []

    init(
        source: any ArchiveSource, store: any ArchiveStore, ledger: any ArchiveLedger, settings: ArchiverSettings,
        report: @escaping @Sendable (ArchiveProgress) -> Void
    ) async throws(MessageLogFailure) {
        self.source = source
        self.store = store
        self.ledger = ledger
        self.settings = settings
        self.report = report
        state = try await ledger.load()
        try await recover()
    }

    /// A run that died may have left an archive without its name, which the state counts as written: it gets it now. Every other
    /// temporary file is of an archive that does not count: it is removed, and made again.
    private mutating func recover() async throws(MessageLogFailure) {
        if let publication = state.publication { try await publish(publication) }
        try await store.removeUnfinished()
        if let name = state.removal { try await remove(name) }
    }

    /// Another grouping than the last run's counts only once every group has come equally far: an entry must not be archived again
    /// in another group.
    private mutating func chooseGrouping() -> ArchiveGrouping {
        let isBehind = state.groups.values.contains { $0.lastNumber > state.archivedThrough }
        let grouping = isBehind ? state.grouping ?? settings.grouping : settings.grouping
        state.grouping = grouping
        return grouping
    }

    /// Archives window by window. What is in memory is bounded by the window's numbers.
    mutating func archive() async throws(MessageLogFailure) {
        let grouping = chooseGrouping()
        var cursor = state.archivedThrough
        defer { summary.through = cursor }
        while true {
            let window = try await source.archivable(after: cursor, limit: settings.windowNumbers)
            guard let last = window.last else { break }
            var groups: [ArchiveGroup: [Int64]] = [:]
            for entry in window { groups[grouping.group(of: entry.client), default: []].append(entry.number) }
            for (group, numbers) in groups.sorted(by: { $0.key.name < $1.key.name }) {
                let done = state.groups[group.name]?.lastNumber ?? 0
                await archive(numbers.filter { $0 > done }, of: group)
                try stopIfCancelled()
            }
            cursor = last.number
            let through = (stopped.values.min() ?? cursor + 1) - 1
            if through > state.archivedThrough {
                state.archivedThrough = through
                try await ledger.save(state)
            }
        }
        summary.stoppedGroups = stopped.count
    }

    private func stopIfCancelled() throws(MessageLogFailure) {
        if Task.isCancelled { throw .archivingFailed(step: "run", detail: "stopped") }
    }

    /// A failure stops the group: a later record must not be archived before an earlier one.
    private mutating func archive(_ numbers: [Int64], of group: ArchiveGroup) async {
        guard let first = numbers.first, stopped[group] == nil else { return }
        var writer: ArchiveWriter?
        do throws(MessageLogFailure) {
            for number in numbers {
                try stopIfCancelled()
                let record = try await RecordContainer(try await source.entry(number))
                for part in record.contradictions { report(.contradiction(record: record.name, part: part)) }
                try await keepConfiguration(record.configuration)
                if let full = writer, full.isFull(for: record) {
                    writer = nil
                    try await complete(full)
                }
                if writer == nil { writer = try await begin(group) }
                try await writer?.add(record)
            }
            if let last = writer {
                writer = nil
                try await complete(last)
            }
        } catch {
            await writer?.file.discard()
            let done = state.groups[group.name]?.lastNumber ?? 0
            stopped[group] = numbers.first { $0 > done } ?? first
            report(.stopped(group: group.name, error))
        }
    }

    private func begin(_ group: ArchiveGroup) async throws(MessageLogFailure) -> ArchiveWriter {
        ArchiveWriter(
            try await store.create(for: group), group: group, after: state.groups[group.name]?.link, limits: settings.limits)
    }

    /// Until the state is saved the archive does not count: if we stop, it is removed and its records are archived again, into
    /// the same bytes. From then on it counts: if we stop before the file has its name, `recover` gives it.
    private mutating func complete(_ writer: ArchiveWriter) async throws(MessageLogFailure) {
        if let earlier = state.publication { try await publish(earlier) }
        let temporaryName = writer.file.temporaryName
        let (count, bytes, lastNumber, group) = (writer.recordCount, writer.byteCount, writer.lastNumber, writer.group)
        let link: ArchiveLink
        do {
            link = try await writer.finish(suffix: store.suffix)
        } catch {
            await writer.file.discard()
            throw error
        }
        var next = state
        next.groups[group.name] = ArchiveState.Group(lastNumber: lastNumber, link: link)
        next.publication = ArchiveState.Publication(temporaryName: temporaryName, name: link.fileName)
        next.untransferred.append(link.fileName)
        try await ledger.save(next)
        state = next
        try await publish(ArchiveState.Publication(temporaryName: temporaryName, name: link.fileName))
        summary.files += 1
        summary.records += count
        report(.archived(file: link.fileName, records: count, bytes: bytes, through: lastNumber))
    }

    /// If we stop between the two, the name is given again, which does nothing.
    private mutating func publish(_ publication: ArchiveState.Publication) async throws(MessageLogFailure) {
        try await store.publish(publication.temporaryName, as: publication.name)
        state.publication = nil
        try await ledger.save(state)
    }

    /// Before the first archive with a record that refers to it. If we stop before the state says so, it is found to be there.
    private mutating func keepConfiguration(_ text: String?) async throws(MessageLogFailure) {
        guard let text, let hash = Hexadecimal.decode(text), !hash.isEmpty,
            !state.configurations.contains(text)
        else { return }
        guard let name = try await store.keepConfiguration(hash) else {
            if missingConfigurations.insert(text).inserted { report(.configurationMissing(hash: text)) }
            return
        }
        state.configurations = state.configurations.suffix(ArchiveState.maximumConfigurations - 1) + [text]
        state.untransferred.append(name)
        try await ledger.save(state)
    }
}

/// After archiving
extension ArchiveRun {
    mutating func note(endAt time: Instant) async throws(MessageLogFailure) {
        state.lastRun = time.millisecondsSince1970
        try await ledger.save(state)
    }

    /// In the order of writing, up to the first that is not taken: it is tried again later, and stays until then.
    mutating func transfer(by transfer: any ArchiveTransfer) async throws(MessageLogFailure) {
        while let name = state.untransferred.first {
            do throws(MessageLogFailure) {
                try await transfer.transfer(name)
            } catch {
                report(.notTransferred(file: name, error))
                break
            }
            // Until this is saved the file counts as not transferred: if we stop, it is transferred twice.
            state.untransferred.removeFirst()
            state.removal = settings.removesTransferred ? name : nil
            try await ledger.save(state)
            report(.transferred(file: name))
            if settings.removesTransferred { try await remove(name) }
        }
        summary.waitingTransfers = state.untransferred.count
    }

    /// Without a transfer, nothing waits for one.
    mutating func forgetTransfers() async throws(MessageLogFailure) {
        guard !state.untransferred.isEmpty else { return }
        state.untransferred = []
        try await ledger.save(state)
    }

    private mutating func remove(_ name: String) async throws(MessageLogFailure) {
        try await store.remove(name)
        state.removal = nil
        try await ledger.save(state)
    }

    /// Contents whose archive is written may leave the log after `keepDays`.
    mutating func release(by release: any ContentRelease, at now: Instant) async throws(MessageLogFailure) {
        let (records, through) = try await release.releaseContent(
            after: state.releasedThrough, through: state.archivedThrough,
            before: now.adding(seconds: -Int64(settings.keepDays) * 86_400), at: now)
        guard through > state.releasedThrough else { return }
        state.releasedThrough = through
        try await ledger.save(state)
        if records > 0 { report(.released(records: records)) }
    }
}
