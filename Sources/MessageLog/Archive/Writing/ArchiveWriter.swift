import PKI
import SignedDocuments
import XRoadModel

/// Bounds of one archive.
package struct ArchiveLimits: Hashable, Sendable {
    /// Of the file. An archive of a single record may be larger.
    package var maximumBytes: UInt64 = 32 << 20
    package var maximumRecords = 50_000

    package init() {}
}

/// Writes one archive: records as they come, then the linking information. What it holds in memory is one record without its
/// content files, and a line for each record.
struct ArchiveWriter {
    static let pieceBytes = 256 << 10

    let group: ArchiveGroup
    let file: any ArchiveFile
    private let limits: ArchiveLimits
    private var archive = ZIPStreamWriter()
    private var linking: LinkingInformation
    private var first: Instant?
    private var last: Instant?
    private(set) var lastNumber: Int64 = 0
    private var waiting: [UInt8] = []

    init(_ file: any ArchiveFile, group: ArchiveGroup, after previous: ArchiveLink?, limits: ArchiveLimits) {
        self.file = file
        self.group = group
        self.limits = limits
        linking = LinkingInformation(after: previous)
    }

    var recordCount: Int { archive.entryCount }
    var byteCount: UInt64 { archive.byteCount }

    /// Whether the record would make the archive larger than it may be; never when it is the first.
    func isFull(for record: RecordContainer) -> Bool {
        guard recordCount > 0 else { return false }
        let end = archive.directoryByteCount + linking.byteCount(adding: record.name) + 2 * (record.name.utf8.count + 100) + 100
        return recordCount >= limits.maximumRecords
            || archive.byteCount + record.content.byteCount + UInt64(end) > limits.maximumBytes
    }

    mutating func add(_ record: RecordContainer) async throws(MessageLogFailure) {
        try await begin(ZIPStreamEntry(name: record.name, content: record.content, modified: ZIPTime(record.time)))
        var digest = StreamingDigest(linking.algorithm)
        for piece in record.pieces {
            switch piece {
            case .bytes(let bytes):
                digest.update(bytes)
                try await write(bytes)
            case .content(let content, let checksum): try await copy(content, checksum, &digest)
            }
        }
        linking.add(record.name, digest: digest.finish())
        first = min(first ?? record.time, record.time)
        last = max(last ?? record.time, record.time)
        lastNumber = record.number
    }

    /// Gives the archive's name and what the next one of its group refers to. The file is whole and durable, under its temporary name.
    consuming func finish(suffix: String) async throws(MessageLogFailure) -> ArchiveLink {
        let time = last ?? Instant(millisecondsSince1970: 0)
        let bytes = linking.bytes
        try await begin(
            ZIPStreamEntry(name: ArchiveName.linkingInformation, content: ZIPChecksum(bytes), modified: ZIPTime(time)))
        try await write(bytes)
        let end = archive
        try await write(end.finish())
        try await flush()
        try await file.finish()
        let digest = linking.lastDigest
        return ArchiveLink(
            digest: digest,
            fileName: ArchiveName.archive(of: group, from: first ?? time, to: time, digest: digest, suffix: suffix))
    }

    private mutating func begin(_ entry: ZIPStreamEntry) async throws(MessageLogFailure) {
        let header: [UInt8]
        do { header = try archive.begin(entry) } catch { throw .archivingFailed(step: "write", detail: "\(error)") }
        try await write(header)
    }

    /// The file must still be what its checksum was taken of, which stands before it already.
    private mutating func copy(
        _ content: any SealedContent, _ checksum: ZIPChecksum, _ digest: inout StreamingDigest
    ) async throws(MessageLogFailure) {
        var written = ZIPChecksum()
        while written.byteCount < checksum.byteCount {
            let bytes = try await content.read(at: written.byteCount, count: Self.pieceBytes)
            guard !bytes.isEmpty else { throw .contentMissing(file: content.name) }
            written.update(bytes)
            digest.update(bytes)
            try await write(bytes)
        }
        guard written == checksum else {
            throw .archivingFailed(step: "read \(content.name)", detail: "the file changed while it was archived")
        }
    }

    private mutating func write(_ bytes: [UInt8]) async throws(MessageLogFailure) {
        waiting += bytes
        if waiting.count >= Self.pieceBytes { try await flush() }
    }

    private mutating func flush() async throws(MessageLogFailure) {
        let bytes = waiting
        waiting = []
        if !bytes.isEmpty { try await file.write(bytes) }
    }
}
