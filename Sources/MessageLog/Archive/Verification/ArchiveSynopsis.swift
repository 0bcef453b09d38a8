import XRoadModel

/// What is remembered of an archive that was read, to hold it against the others.
package struct ArchiveSynopsis: Hashable, Sendable {
    package let fileName: String
    package private(set) var previous: ArchiveLink?
    package private(set) var lastDigest = ""
    package private(set) var recordCount = 0
    package private(set) var firstNumber: Int64 = 0
    package private(set) var lastNumber: Int64 = 0
    private var first: Instant?
    private var last: Instant?
    /// That every message is of; nil where they are of several, or there is none.
    private var subsystem: ClientIdentifier?
    private var member: MemberIdentifier?
    private var hasMessages = false

    init(fileName: String) { self.fileName = fileName }

    mutating func add(_ record: ArchivedRecord) {
        if let number = record.identifier?.record.number {
            if recordCount == 0 { firstNumber = number }
            lastNumber = max(lastNumber, number)
        }
        recordCount += 1
        if let time = record.time {
            first = min(first ?? time, time)
            last = max(last ?? time, time)
        }
        guard record.leaf?.kind == .message else { return }
        let client = record.client
        subsystem = !hasMessages || subsystem == client ? client : nil
        member = !hasMessages || member == client?.member ? client?.member : nil
        hasMessages = true
    }

    mutating func finish(_ linking: LinkingInformation) {
        previous = linking.previous
        lastDigest = linking.lastDigest
    }

    /// Names that an archive with this content may have.
    var properNames: [String] {
        guard let first, let last, let suffix = ArchiveName.extensions.last(where: fileName.hasSuffix) else { return [] }
        let groups =
            [ArchiveGroup.server]
            + [member.map { ClientIdentifier(member: $0) }, subsystem].compactMap(\.self).map(ArchiveGroup.init)
        return groups.map { ArchiveName.archive(of: $0, from: first, to: last, digest: lastDigest, suffix: suffix) }
    }
}
